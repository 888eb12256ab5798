//! Every format, one file each. The list below is the registry: it feeds `--format`, `auto`, the tests and the docs.
//!
//! Order matters only where two formats recognise the same payload: the earlier one reads it.

mod account;
mod carried;
mod civil_time;
mod cloud;
mod csv;
mod extension;
mod flow;
mod http;
mod layout;
mod mail;
mod modsecurity;
mod nlnet;
mod peer;
mod quoted;
mod regional_date;
mod repeated;
mod semantic;
mod slots;
mod statement;
mod transport;
mod windows;
mod zeek;

macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every format, in the order `auto` asks them.
        pub static ALL: &[&crate::format::Format] = &[$(&$module::FORMAT,)*];
    };
}

formats! {
    // Before openssh: Junos's sshd writes `SSHD_LOGIN_FAILED: …` beside OpenSSH's own lines.
    juniper_srx,
    openssh,
    sudo,
    su,
    systemd,
    cron,
    netfilter,
    wireguard,
    kernel,
    user_admin,
    pam,
    fail2ban,
    iis_w3c,
    zeek_tsv,
    zeek_json,
    windows_firewall,
    iis_native,
    aws_cloudfront,
    traefik,
    f5_bigip,
    web_access,
    apache_error,
    nginx_error,
    nginx_json,
    nginx_proxy_manager,
    caddy,
    lighttpd,
    envoy,
    aws_elb,
    tomcat,
    modsecurity_json,
    modsecurity_audit,
    php,
    wordpress,
    drupal,
    freeswitch,
    asterisk_cdr,
    govway_json,
    pdnd_json,
    samba_full_audit,
    veeam,
    bind,
    citrix_adc,
    clavister,
    barracuda_cloudgen,
    cisco_meraki,
    ekinops_oneos,
    aruba_os,
    aruba_cx,
    procurve,
    watchguard,
    sonicwall,
    mikrotik,
    unifi,
    hostapd,
    strongswan,
    nfdump_csv,
    netflow_json,
    nagios,
    monit,
    arpwatch,
    scanlogd,
    apc_nmc,
    snmptrapd,
    dhcpd,
    nut_upsmon,
    spid_sp,
    dovecot,
    spamassassin,
    postgrey,
    policyd_spf,
    postfix,
    exim,
    sendmail,
    openldap,
    unbound,
    nsd,
    dnsmasq,
    pihole_ftl,
    windows_dns,
    windows_dhcp,
    kea_dhcp,
    freeradius,
    exchange_protocol,
    exchange_tracking,
    zimbra,
    amavis,
    rspamd,
    clamav,
    cyrus,
    uw_imap,
    courier,
    perdition,
    solid_pop3d,
    domino,
    assp,
    kerio,
    opendkim,
    qmail,
    mailscanner,
    saslauthd,
    vmware_esxi,
    m365_audit,
    aws_cloudtrail,
    google_workspace,
    gcp_audit,
    eset_json,
    sophos_central_json,
    auditd,
    asterisk,
    suricata_eve,
    snort,
    squid,
    haproxy,
    mysql_error,
    openvpn,
    synology,
    entra_signin,
    cisco_asa,
    cisco_ios,
    winlogbeat,
    nxlog,
    windows_json,
    windows_xml,
    azure_windows,
    snare,
    windows_text,
    windows_nps,
    mssql_errorlog,
    mssql_audit_json,
    mysql_audit,
    mysql_general,
    mysql_slow,
    oracle_audit,
    oracle_listener,
    oracle_alert,
    redis,
    mongodb,
    elastic_audit,
    proftpd,
    vsftpd,
    pureftpd,
    dropbear,
    postgresql_csv,
    postgresql_json,
    postgresql,
    // Before cef and leef: they know their vendors' messages in these too.
    fortigate,
    paloalto,
    checkpoint,
    filterlog,
    pfsense,
    openbsd_pf,
    sophos_xg,
    sophos_utm,
    stormshield,
    netscreen,
    zyxel,
    fortiweb,
    // Of any vendor or application: what none above knows.
    cef,
    leef,
    java_log,
    python_log,
    logfmt,
    ecs_json,
    otel_json,
    // Behind the formats whose records Azure diagnostics carry.
    azure_activity,
}
