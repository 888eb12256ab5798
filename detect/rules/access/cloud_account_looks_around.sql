/*---
id = "AC-35"
title.en = "Cloud account asks what it may do"
title.it = "Account cloud che cerca che cosa può fare"
description.en = "An account asks two services of the cloud what they hold and is refused for want of rights: a stolen key is tried out. A program of ours knows what it needs."
description.it = "Un account chiede a due servizi del cloud che cosa contengono e viene rifiutato perché non ne ha il permesso: qualcuno prova una chiave rubata. Un programma nostro sa che cosa gli serve."
severity = "medium"
family = "both"
window = "10m"
attack = ["T1580", "T1526", "T1078.004"]
acn_class = "Compromissione account / IS-4"
requires = { columns = ["user_id", "event_code", "event_provider"] }
false_positives = ["a new program of ours whose rights are not yet complete"]
false_positives_it = ["un nuovo programma nostro a cui mancano ancora dei permessi"]
response_it = [
  "1. Disattivare la chiave di accesso.",
  "2. Vedere da quale indirizzo e con quale programma è stata usata.",
  "3. Cercare chiamate riuscite dello stesso account nelle ultime 24 ore.",
]

[param]
services = 2

[[test]]
name = "three services refused"
alerts = [{ user_id = "arn:aws:iam::111122223333:user/copie" }]
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"AccessDenied","errorMessage":"not authorized"}'''
at = "0s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"lambda.amazonaws.com","eventName":"ListFunctions","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"AccessDenied","errorMessage":"not authorized"}'''
at = "20s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"secretsmanager.amazonaws.com","eventName":"ListSecrets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"AccessDenied","errorMessage":"not authorized"}'''
at = "40s"

[[test]]
name = "a program repeats one call it may not make"
alerts = []
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"AccessDenied","errorMessage":"not authorized"}'''
count = 20
every = "10s"

[[test]]
name = "calls that are allowed"
alerts = []
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15"}'''
at = "0s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"lambda.amazonaws.com","eventName":"ListFunctions","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15"}'''
at = "20s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"secretsmanager.amazonaws.com","eventName":"ListSecrets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15"}'''
at = "40s"

[[test]]
name = "refused in the words of EC2 and Lambda"
alerts = [{ user_id = "arn:aws:iam::111122223333:user/copie" }]
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"Client.UnauthorizedOperation"}'''
at = "0s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"lambda.amazonaws.com","eventName":"ListFunctions","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"AccessDeniedException"}'''
at = "20s"

[[test]]
name = "errors that are no refusal"
alerts = []
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"NoSuchBucketPolicy","errorMessage":"no"}'''
at = "0s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"lambda.amazonaws.com","eventName":"ListFunctions","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"ThrottlingException","errorMessage":"no"}'''
at = "20s"
[[test.line]]
text = '''{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/copie","accountId":"111122223333","userName":"copie"},"eventTime":"{iso_utc}","eventSource":"secretsmanager.amazonaws.com","eventName":"ListSecrets","awsRegion":"eu-south-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15","errorCode":"ResourceNotFoundException","errorMessage":"no"}'''
at = "40s"
---*/
-- A missing policy, a missing name and a limit of calls are errors too; a refusal says so.
SELECT user_id, count(DISTINCT event_provider) AS services, count(DISTINCT source_ip) AS sources
FROM events
WHERE format = 'aws_cloudtrail' AND event_outcome = 'failure' AND user_id IS NOT NULL
  AND (fields['errorCode'] IN ('AccessDenied', 'AccessDeniedException') OR fields['errorCode'] LIKE '%Unauthorized%')
  AND (event_code LIKE 'List%' OR event_code LIKE 'Describe%' OR event_code LIKE 'Get%')
GROUP BY user_id
HAVING count(DISTINCT event_provider) >= $services
