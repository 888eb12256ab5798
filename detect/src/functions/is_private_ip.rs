//! `is_private_ip(address)`: whether an address is one of the inside.

use std::net::IpAddr;

use arrow::array::BooleanArray;
use schema::network::is_private;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "is_private_ip",
    signature: "is_private_ip(address text) -> boolean",
    meaning_en: "True for addresses that are not on the Internet: private, loopback, link-local, carrier NAT; false for what is no address",
    meaning_it: "Vero per gli indirizzi che non sono su Internet: privati, loopback, link-local, NAT di operatore; falso per ciò che non è un indirizzo",
    example: "is_private_ip(source_ip)",
    arguments: &[Argument::Text],
    answer: Answer::Boolean,
    run: |arguments| arguments.map::<_, BooleanArray>(|text| text.parse::<IpAddr>().is_ok_and(is_private)),
};
