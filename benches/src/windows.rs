//! Windows events as a collector sends them in flat JSON: starts of programs, files, registry, network, scripts.
//!
//! Promises: no two events of a run are alike; some ordinary programs, many ordinary arguments. Must not know:
//! rules.

use crate::messages::Source;

const PROGRAMS: [&str; 10] = [
    r"C:\\Windows\\System32\\svchost.exe",
    r"C:\\Windows\\System32\\cmd.exe",
    r"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
    r"C:\\Windows\\explorer.exe",
    r"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    r"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
    r"C:\\Program Files (x86)\\Protocollo\\client.exe",
    r"C:\\Windows\\System32\\rundll32.exe",
    r"C:\\Windows\\System32\\reg.exe",
    r"C:\\Windows\\System32\\schtasks.exe",
];

const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";

/// One event; one in two is the start of a program.
pub fn event(source: &mut Source) -> String {
    let (program, parent) = (source.pick(&PROGRAMS), source.pick(&PROGRAMS));
    let (number, other) = (source.number(1 << 40), source.number(1 << 20));
    let user = format!("COMUNE\\\\utente{}", source.number(400));
    let (id, channel, fields) = match source.number(10) {
        0..=4 => (1, SYSMON, process(source, program, parent, number)),
        5 => (
            11,
            SYSMON,
            format!("\"TargetFilename\":\"C:\\\\Users\\\\utente{other}\\\\Documents\\\\atto {number}.docx\""),
        ),
        6 => (
            13,
            SYSMON,
            format!(
                "\"EventType\":\"SetValue\",\"TargetObject\":\"HKLM\\\\SOFTWARE\\\\Ufficio\\\\Modulo{other}\\\\Stampa\",\
                 \"Details\":\"DWORD (0x{number:08x})\""
            ),
        ),
        7 => (
            7,
            SYSMON,
            format!(
                "\"ImageLoaded\":\"C:\\\\Windows\\\\System32\\\\modulo{other}.dll\",\"Signed\":\"true\",\"Signature\":\"Microsoft Windows\""
            ),
        ),
        8 => (
            3,
            SYSMON,
            format!(
                "\"Protocol\":\"tcp\",\"Initiated\":\"true\",\"SourceIp\":\"10.20.{}.{}\",\"DestinationIp\":\"{}\",\
                 \"DestinationPort\":\"443\",\"DestinationHostname\":\"servizio{other}.comune.example\"",
                other % 256,
                number % 256,
                source.ip(),
            ),
        ),
        _ => (
            4104,
            "Microsoft-Windows-PowerShell/Operational",
            format!(
                "\"ScriptBlockText\":\"$atti = Get-ChildItem -Path D:\\\\Archivio\\\\{other} -Filter *.pdf\\n\
                 foreach ($atto in $atti) {{ Write-Output \\\"$($atto.Name) {number}\\\" }}\""
            ),
        ),
    };
    let count = source.number(1 << 30);
    format!(
        "{{\"@timestamp\":\"{}\",\"EventID\":{id},\"Channel\":\"{channel}\",\"Hostname\":\"PC-{}.comune.example\",\
         \"RecordNumber\":{count},\"Image\":\"{program}\",\"User\":\"{user}\",\"ProcessGuid\":\"{{{number:08x}-{other:04x}}}\",\
         \"ProcessId\":\"{}\",{fields}}}",
        source.instant(),
        source.number(300),
        1_000 + source.number(9_000),
    )
}

/// The fields of a program's start beyond its own path.
fn process(source: &mut Source, program: &str, parent: &str, number: u64) -> String {
    let name = program.rsplit('\\').next().unwrap_or(program);
    let arguments = match source.number(4) {
        0 => format!(
            "/c copy \\\"D:\\\\Archivio\\\\pratica {number}.pdf\\\" \\\"\\\\\\\\server\\\\scambio\\\\\\\""
        ),
        1 => format!("-NoProfile -File C:\\\\Script\\\\controllo.ps1 -Pratica {number}"),
        2 => format!("--type=renderer --lang=it --process-id={number} --field-trial-handle={number:x}"),
        _ => format!("-k netsvcs -p -s Servizio{number:x}"),
    };
    format!(
        "\"CommandLine\":\"\\\"{program}\\\" {arguments}\",\"OriginalFileName\":\"{name}\",\"ParentImage\":\"{parent}\",\
         \"ParentCommandLine\":\"\\\"{parent}\\\" -sessione {number}\",\"IntegrityLevel\":\"Medium\",\
         \"CurrentDirectory\":\"C:\\\\Windows\\\\system32\\\\\",\"Company\":\"Microsoft Corporation\",\
         \"Hashes\":\"MD5={number:032X},SHA256={number:064X},IMPHASH={:032X}\"",
        number / 3,
    )
}
