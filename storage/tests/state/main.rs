//! The state: what was answered is there, whoever writes beside and whenever the process is killed; what cannot be read is named.

#[cfg(test)]
mod files;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verdicts;
