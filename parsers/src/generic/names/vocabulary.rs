//! The vocabularies of ECS, OCSF, CIM, OpenTelemetry, CEF, Sigma and common products: meaning, rank, names.
//!
//! Names are written as [`Name`](super::Name) reads them, small letters and digits. Names that are a side of a
//! connection and an attribute (`srcport`, `clientip`) need no entry.

use schema::Column as C;

use super::Meaning::{self, *};

/// Meaning, rank (the lower counts), names.
pub(super) const NAMES: &[(Meaning, u8, &str)] = &[
    (Is(C::UserName), 3, "serviceaccountname"),
    (Is(C::UserName), 5, "accountname"),
    (Is(C::UserName), 2, "lastloggedinusername lastloggedinuser byuser byusername"),
    (
        SourceHost,
        4,
        "srchost shost sourcehost sourcehostname srchostname clienthost clienthostname remotehost",
    ),
    (Zone, 1, "tz timezone tzone timezoneoffset utcoffset gmtoffset"),
    (Direction, 2, "direction networkdirection trafficdirection connectiondirection flowdirection"),
    (Source, 3, "requestip reqip"),
    (Is(C::ProcessName), 3, "process"),
    (Moment, 1, "timestamp eventtime eventtimestamp time ts datetime asctime"),
    (
        Moment,
        2,
        "creationtime createddatetime activitydatetime eventdatetime eventdate occurred occurredat \
         occurredtime timegenerated timecreated timecreatedsystemtime systemtime when utctime logtime \
         logtimestamp logdate datetimeutc timestamputc published generatedtime timedetected \
         timestampdetected detectiontime detecttime devicetime devicereceipttime timeunixnano idtime \
         requesttimestamp edgestarttimestamp requestreceivedtimestamp t timeutc timestampms epoch \
         epochtime unixtime utctimestamp dateutc timeiso8601 securityeventdate timestampstd \
         eventcreationtime metadataeventcreationtime timestampseconds timeseconds createdatseconds",
    ),
    (
        Moment,
        3,
        "createdat created creationdate createdtime createdon createdate rt date dataora dataeora data dateadded \
         dataevento dateheure datecreate horodatage",
    ),
    (
        Moment,
        4,
        "start starttime begintime firstseen receivedtime receivetime received observedtime \
         observedtimeunixnano ingesttime eventstart eventcreated firstdetected",
    ),
    (Moment, 6, "end endtime lastseen updatedat updated lastupdate lastupdated modified eventend stoptime"),
    (Hour, 3, "ora hour timeofday heure oraevento orario"),
    (
        Is(C::UserName),
        1,
        "username user usr usrname suser susername srcuser sourceuser sourceusername  \
         userprincipalname useruserprincipalname upn actoruser actorusername utente nomeutente operatore utilisateur \
         usrid subjectusername unmappeduser clientuser clientusername remoteuser identityuser enduser \
         useridentityusername userloginname loginname loginuser authuser csusername actoruseremail \
         xauthenticateduser authenticateduser initiatinguser initiatinguserprincipalname \
         initiatedbyuseruserprincipalname performedbyuser performedbyname accountusername principalname \
         principaluser eventuser unauthenticateduser initiatingprocessaccountname targetuserusername \
         adminuser adminname uname remoteusername userfullid attemptedusername srcusername",
    ),
    (
        Is(C::UserName),
        2,
        "useremail actoremail login account actorname actor useremailaddress actoremailaddress \
         actorlogin principalemail authenticationinfoprincipalemail initiatedby performedby loginid \
         userlogin identifier principal actordisplayname actoralternateid actorloginname useraccount \
         modifiedby callername calleremail identityclaimupn logonname logonuser logonusername \
         samaccountname enteredby changedby createdby usernameoremail accountemail agentuser \
         loggedinuser loggedonuser loguser lastloggedonuser usermail mail emailaddress",
    ),
    (
        Is(C::UserName),
        4,
        "email caller userdisplayname owner requester requestor member employee fullname displayusername",
    ),
    (
        UserId,
        2,
        "userid actoruserid actorid uid useruid actoruseruid usersid sid subjectusersid userguid \
         useruuid initiatedbyuserid srcuserid subjectuserid actoraccountid actorprofileid accountuid \
         suid sourceuserid useridentityarn",
    ),
    (
        Is(C::UserTargetName),
        1,
        "targetuser targetusername targetaccount targetaccountname duser dstuser destuser \
         destinationuser destinationusername usertargetname targetuserprincipalname affecteduser \
         affecteduserusername targetuseremail targetemail dusername dstusername newuser newusername \
         useraffected impersonateduser effectiveuser usereffectivename",
    ),
    (
        Is(C::UserDomain),
        1,
        "userdomain usrdomain subjectdomainname accountdomain sntdom userdomainname logondomain ntdomain \
         actoruserdomain upnsuffix srcntdomain authdomain processuserdomain subjectuserdomainname \
         srcuserdomain sourceuserdomain accountntdomain useraccountdomain",
    ),
    (Is(C::UserDomain), 4, "realm ownerdomain"),
    (
        Is(C::GroupName),
        2,
        "groupname usergroupname group usergroup gruppo rolename targetgroup groupdisplayname",
    ),
    (
        Is(C::HostName),
        1,
        "hostname hosthostname computer computername dvchost devname machinename machine systemname \
         devicehostname workstationname workstation scomputername endpointname endpointhostname hostfqdn \
         computerdnsname computerfqdn dnshostname devicename agenthostname syslogserver \
         agentcomputername netbiosname computerdomainname macchina devicednsname servername \
         devicedetaildisplayname agentrealtimeinfoagentcomputername endpointdnsname reportingdevice \
         originhost",
    ),
    (
        Is(C::HostName),
        3,
        "agentname logicalservername nodename node devicefqdn managedmachinename observerhostname \
         observername sensorname sensor gatewayname instancename postazione  \
         loggerhost collectorname targetcomputername assetname",
    ),
    (Is(C::HostName), 5, "dvc dhost device endpoint clientname"),
    (
        Is(C::HostIp),
        1,
        "hostip deviceip deviceipaddress machineip computerip endpointip agentip  \
         dvcip sensorip hostipaddress",
    ),
    (Host, 2, "host fqdn"),
    (
        Source,
        3,
        "src source client remote peer attacker saddr cip srcaddr srchostip ipsrcaddr ipv4srcaddr \
         ipv6srcaddr oip sip xclientip ipsource ipsrc iporigin ipclient sourceipaddressv4 realip xrealip \
         ipremote hostileip offenderip badip bannedip blockedip attackingip srcipv4 externalclientip \
         trueclientip ipchiamante indirizzoip adresseip ipcliente",
    ),
    (
        Source,
        5,
        "ip ipaddress ipaddr address ipv4 ipv6 ips addr ipv4address publicip externalip publicipaddress \
         internetip machineipaddress userip useripaddress loginip logip indirizzo lastexternalip rhost remhost from \
         sourceipaddresses",
    ),
    (Source, 7, "xforwardedfor forwardedfor internalip privateip"),
    (
        Destination,
        3,
        "dst dest daddr dip dstaddr ipdstaddr ipv4dstaddr ipv6dstaddr serverip ipdestination ipdest \
         ipdst aip iptarget",
    ),
    (Destination, 5, "destination target server upstreamaddr upstreamip"),
    (
        Is(C::SourcePort),
        1,
        "spt sport l4srcport cport portsrc sourcetransportport cpt idorigp srctcpport tcpsrcport \
         udpsrcport",
    ),
    (
        Is(C::DestinationPort),
        1,
        "dpt dport l4dstport portdst destinationtransportport idrespp dsttcpport tcpdstport udpdstport \
         portdestination serviceport destinationserviceport",
    ),
    (Port, 6, "port"),
    (Is(C::SourceMac), 1, "smac macsrc hwsender ethsrc sourcemacaddresses"),
    (
        Is(C::SourceMac),
        4,
        "mac macaddress macaddr devicemac devicemacaddress wifimacaddress hostmac hwaddr hardwareaddress \
         stationmac stamac callingstationid metamacaddress usermac",
    ),
    (
        Is(C::SourceBytes),
        1,
        "srcbytes sourcebytes bytestoserver flowbytestoserver origbytes clientbytes srcsentbytes \
         uploadsize uploadbytes clienttoserverbytes bytesfromclient bytesuploaded",
    ),
    (
        Is(C::SourceBytes),
        3,
        "sentbytes sentbyte bytessent bytesout octetssent sent outbytes bytes octets bytecount",
    ),
    (
        Size,
        2,
        "dstbytes destinationbytes bytestoclient flowbytestoclient respbytes serverbytes downloadsize \
         downloadbytes servertoclientbytes bytesdownloaded",
    ),
    (Size, 3, "receivedbytes recvbytes rcvdbyte rcvdbytes bytesreceived bytesin inbytes"),
    (
        Is(C::HttpResponseBodyBytes),
        1,
        "responsebytes responsesize httpresponsebytes httpresponsebodybytes bodybytessent bodybytes \
         scbytes edgeresponsebytes contentlength rspsize responselength resplength httpresponsesize \
         respbodybytes responsebodysize",
    ),
    (
        Is(C::DestinationDomain),
        2,
        "destinationdomain desthost dsthost destinationhost destinationhostname dsthostname desthostname \
         sni destinationdnsdomain targethostname targetdomain tlssni serversni dstdomain destdomain \
         tlsservername remotedomain remotehostname",
    ),
    (
        Protocol,
        1,
        "proto transport networktransport ipproto ipprotocol connipproto transportprotocol protocolname \
         l4proto l4protocol networkiana connectioninfoprotocolname",
    ),
    (Protocol, 3, "protocol networkprotocol"),
    (
        Is(C::ObserverIngress),
        1,
        "ininterface iniface srcintf inboundinterface ingressinterface deviceinboundinterface srczone \
         sourcezone fromzone inboundif inif interfacein ingresszone sourceinterface connrecvif \
         inputinterface interfaceid ininterfacename srcinterface \
         ingressinterfacename ifacein",
    ),
    (
        Is(C::ObserverEgress),
        1,
        "outinterface outiface dstintf outboundinterface egressinterface deviceoutboundinterface dstzone \
         destinationzone destzone tozone outboundif outif interfaceout egresszone destinationinterface \
         conndestif outputinterface dstinterface egressinterfacename \
         ifaceout",
    ),
    (
        Is(C::HttpRequestMethod),
        1,
        "method httpmethod requestmethod httprequestmethod csmethod clientrequestmethod reqmethod \
         httpverb requestinfomethod",
    ),
    (Is(C::HttpRequestMethod), 4, "verb"),
    (
        Is(C::HttpResponseStatusCode),
        1,
        "statuscode httpstatus httpresponsestatuscode httpstatuscode scstatus responsestatus \
         responsestatuscode httpcode httpresponsecode edgeresponsestatus responsecode httpretcode \
         rspcode respstatus httpresponsestatus respcode serverstatus",
    ),
    (Is(C::HttpResponseStatusCode), 5, "status resultsignature code response"),
    (
        Is(C::HttpRequestReferrer),
        1,
        "referer referrer httpreferer httpreferrer csreferer httprefer httprequestreferrer \
         clientrequestreferer refererurl ref requestcontext",
    ),
    (
        Is(C::UserAgentOriginal),
        1,
        "useragent httpuseragent useragentoriginal csuseragent requestclientapplication \
         clientrequestuseragent requestuseragent browseruseragent clientuseragent httprequestuseragent \
         useragentheader reqheadersuseragent rawuseragent clientuseragentrawuseragent useragentstring \
         reqheaderuseragent",
    ),
    (Agent, 4, "agent browser"),
    (
        Url,
        2,
        "url uri requesturi requesturl httpurl urloriginal urlfull originalrequesturiwithargs \
         clientrequesturi csuri httprequesturi httprequesturl requestpath reqpath originalpath \
         clientrequestpath httptarget urlstring httprequesturlurlstring pageurl downloadurl fullurl \
         requesttarget urlpath csuristem httppath uripath requestedurl httprequestpath csuripath \
         pathinfo xenvoyoriginpath httproute targeturl requrl requesturlpath",
    ),
    (Request, 1, "request requestline httprequest httprequestline httprequestfirstline firstline"),
    (
        Is(C::UrlQuery),
        1,
        "urlquery querystring csuriquery httpquery uriquery urlquerystring requestquery \
         requestquerystring httprequestargs",
    ),
    (
        Is(C::UrlDomain),
        1,
        "urldomain urlhostname urlhost httphost cshost clientrequesthost requesthost headershost vhost \
         virtualhost httphostname requestheadershost authority hostheader httprequesturlhostname \
         requesthostname hosthdr",
    ),
    (Domain, 4, "domain domainname"),
    (Is(C::UrlDomain), 4, "site website"),
    (Is(C::TlsVersion), 1, "tlsversion sslversion sslprotocol tlsprotocol securityprotocol"),
    (
        Is(C::FilePath),
        1,
        "filepath fullpath targetfilename filefullpath objectfullpath threatfilepath threatinfofilepath \
         actionfilepath targetfilepath objectfilepath relativepath iocpath eventpath",
    ),
    (Is(C::FilePath), 4, "filename file fname objectname objectpath oldfilepath fileuri"),
    (Path, 3, "path"),
    (
        Is(C::FileHashSha256),
        1,
        "sha256 filehash filesha256 filehashsha256 hashsha256 hashessha256 sha256hash sha256hashdata \
         sha256string appsha256 processsha256 processhashsha256 contenthash hash fileinfosha256 \
         filehashes",
    ),
    (
        Is(C::ProcessName),
        1,
        "processname procname actorprocessname sourceprocessname appname program processfilename \
         actorprocessimagename sproc comm progname imagename initiatingprocessfilename executablename",
    ),
    (
        Is(C::ProcessExecutable),
        1,
        "processexecutable processpath imagepath image exe processfilepath imagefilename \
         actorprocessimagepath actorprocessfilepath sourceprocessfilepath sourceprocesspath \
         processimagename processimagepath executable exepath executablepath initiatingprocessfolderpath \
         processfullpath exename",
    ),
    (
        Is(C::ProcessCommandLine),
        1,
        "commandline cmdline processcommandline processcmdline command cmd actorprocesscommandline \
         actorprocesscmdline sourceprocesscommandline initiatingprocesscommandline proctitle",
    ),
    (
        Is(C::ProcessParentExecutable),
        1,
        "processparentexecutable parentprocesspath parentimage parentimagefilename parentpath \
         parentprocessfilepath parentprocessimagename parentimagepath parentimagefilepath \
         parentprocessprocessimagename parentprocessname processparentfilepath parentprocess \
         sourceparentprocesspath actorprocessparentprocessfilepath",
    ),
    (
        Is(C::ProcessPid),
        1,
        "pid processid processpid actorprocesspid procid actorprocessospid sourceprocesspid spid \
         rawprocessid initiatingprocessid osprocessid",
    ),
    (
        Is(C::ServiceName),
        3,
        "servicename service applicationname application appdisplayname app clientappname",
    ),
    (
        Is(C::RuleName),
        1,
        "rulename signature alertsignature signaturename policyname detectionname alertname threatname \
         virusname attackname malwarename alertrulename rulematchrulename findingname modelname \
         sourcerulename msgattack spyname regola",
    ),
    (Is(C::RuleName), 4, "rule policy threat virus malware alertpolicynames model"),
    (
        Is(C::RuleId),
        1,
        "ruleid signatureid alertsignatureid policyid sigid rulematchruleid ruleuid ruleuuid \
         sourceruleid policyruleid policyuid alertruleid idregola",
    ),
    (Is(C::EventCode), 1, "eventcode winlogeventid sysmoneventid msgcode"),
    (Is(C::EventCode), 3, "eventid"),
    (Is(C::LogLevel), 2, "level loglevel levelname lvl severitytext severity priority livello"),
    (
        Is(C::EmailFrom),
        1,
        "emailfrom mailfrom envelopefrom fromaddress senderaddress senderemail sender headerfrom \
         envelopesender mittente senderenvelope fromemail smtpfrom from emailsender mailfromaddress \
         smtpmailfrom senderemailaddress itemsender returnpath",
    ),
    (
        Is(C::EmailTo),
        1,
        "emailto mailto recipient recipients rcptto rcpt toaddress toaddresses recipientaddress \
         recipientemail envelopeto destinatario destinatari smtpto smtprcptto recipientemailaddress to \
         headerto toemail emailrecipient rcpts",
    ),
    (
        Is(C::EmailSubject),
        1,
        "emailsubject mailsubject subject oggetto messagesubject mailmsgsubject itemsubject msgsubject \
         headersubject",
    ),
    (Is(C::EmailMessageId), 1, "messageid emailmessageid internetmessageid msgid mailid headermessageid mid"),
    (
        Is(C::DnsQuestionName),
        1,
        "dnsquestionname dnsquery queryname qname query queryhostname rrname dnsrrname dnsname dnshost \
         queriedname querydomain requestedname questionname dnsrequest",
    ),
    (
        Is(C::DnsQuestionType),
        1,
        "dnsquestiontype querytype qtype querytypename qtypename rrtype dnsrrtype dnstype recordtype \
         questiontype dnsquerytype",
    ),
    (Is(C::DbName), 1, "dbname database databasename db schemaname"),
    (Is(C::DbStatement), 1, "dbstatement sql sqltext statement dbquery querytext sqlstatement"),
    (Result, 1, "eventoutcome outcome authresult loginstatus loginresult authenticationresult authoutcome"),
    (
        Result,
        2,
        "result actionresult success issuccess issuccessful eventresult operationresult resultstatus \
         esito successful resulttype accessresult",
    ),
    (Result, 3, "eventstatus"),
    (
        Verdict,
        1,
        "action act verdict disposition eventaction deviceaction fwaction decision azione firewallaction \
         policyaction flowaction",
    ),
    (Prose, 1, "message msg logmessage rawmessage eventmessage messaggio log"),
    (
        Prose,
        2,
        "description text body event reason error details descrizione eventdescription errormessage \
         failurereason type eventtype eventname operation activity category",
    ),
];
