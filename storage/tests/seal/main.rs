//! The originals against what they promise: every frame comes back byte for byte, with its proof; nothing that counts can be
//! changed unseen; each frame is sealed once, whatever the disk does.

#[cfg(test)]
mod pieces;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod versions;

#[cfg(test)]
#[path = "../journal/sim_disk.rs"]
mod sim_disk;
