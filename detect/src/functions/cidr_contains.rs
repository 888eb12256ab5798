//! `cidr_contains(network, address)`: whether a block of addresses holds an address.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::BooleanArray;
use schema::Network;

use super::{Answer, Argument, Function};

pub(super) const FUNCTION: Function = Function {
    name: "cidr_contains",
    signature: "cidr_contains(network text, address text) -> boolean",
    meaning_en: "True when the network (192.0.2.0/24, 2001:db8::/32) holds the address; false for what is neither",
    meaning_it: "Vero se la rete (192.0.2.0/24, 2001:db8::/32) contiene l'indirizzo; falso per ciò che non lo è",
    example: "cidr_contains('192.0.2.0/24', source_ip)",
    arguments: &[Argument::Text, Argument::Text],
    answer: Answer::Boolean,
    run: |arguments| {
        let (networks, addresses) = (arguments.texts(0)?, arguments.texts(1)?);
        let literal = networks.literal().map(|text| text.parse::<Network>().ok());
        let held = networks.iter().zip(addresses.iter()).map(|(network, address)| {
            let (network, address) = (network?, address?);
            let network = literal.unwrap_or_else(|| network.parse().ok());
            let address = address.parse::<IpAddr>();
            Some(network.zip(address.ok()).is_some_and(|(network, address)| network.contains(address)))
        });
        Ok(Arc::new(held.collect::<BooleanArray>()))
    },
};
