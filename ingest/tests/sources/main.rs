//! Sources as their senders see them: real sockets on the loopback, real senders where they are installed.

#[cfg(test)]
mod campanile;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod files;
#[cfg(test)]
mod forward;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod gelf;
#[cfg(test)]
mod http;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod loki;
#[cfg(test)]
mod lumberjack;
#[cfg(test)]
mod otlp;
#[cfg(test)]
mod real_senders;
#[cfg(test)]
mod relp;
#[cfg(test)]
mod syslog_tcp;
#[cfg(test)]
mod syslog_tls;
#[cfg(test)]
mod syslog_udp;
