//! Where in an attack a technique stands: the tactics of MITRE ATT&CK, in the matrix' order.
//!
//! Promises: a technique that the table does not know has no tactic, and is never guessed. Must not know: rules, alerts.

use crate::problem::nearest;

/// A tactic, the earliest in an attack first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tactic {
    /// Looking around from outside.
    Reconnaissance,
    /// Making ready what the attack needs.
    ResourceDevelopment,
    /// Coming in.
    InitialAccess,
    /// Running a program.
    Execution,
    /// Staying.
    Persistence,
    /// Getting more rights.
    PrivilegeEscalation,
    /// Not being seen; the newest matrix parts it into stealth and defense impairment.
    DefenseEvasion,
    /// Getting names and passwords.
    CredentialAccess,
    /// Looking around inside.
    Discovery,
    /// Going on to other machines.
    LateralMovement,
    /// Gathering what is to be taken.
    Collection,
    /// Being steered from outside.
    CommandAndControl,
    /// Taking data out.
    Exfiltration,
    /// Breaking or stopping.
    Impact,
}

use Tactic::{
    Collection, CommandAndControl, CredentialAccess, DefenseEvasion, Discovery, Execution, Exfiltration,
    Impact, InitialAccess, LateralMovement, Persistence, PrivilegeEscalation, Reconnaissance,
    ResourceDevelopment,
};

impl Tactic {
    /// Every tactic with its id and its name in Sigma's tags, in order.
    const ALL: [(Tactic, &'static str, &'static str); 14] = [
        (Reconnaissance, "TA0043", "reconnaissance"),
        (ResourceDevelopment, "TA0042", "resource-development"),
        (InitialAccess, "TA0001", "initial-access"),
        (Execution, "TA0002", "execution"),
        (Persistence, "TA0003", "persistence"),
        (PrivilegeEscalation, "TA0004", "privilege-escalation"),
        (DefenseEvasion, "TA0005", "defense-evasion"),
        (CredentialAccess, "TA0006", "credential-access"),
        (Discovery, "TA0007", "discovery"),
        (LateralMovement, "TA0008", "lateral-movement"),
        (Collection, "TA0009", "collection"),
        (CommandAndControl, "TA0011", "command-and-control"),
        (Exfiltration, "TA0010", "exfiltration"),
        (Impact, "TA0040", "impact"),
    ];

    /// Its id, as `TA0008`.
    pub fn id(self) -> &'static str {
        Tactic::ALL.iter().find(|(tactic, ..)| *tactic == self).map_or("", |(_, id, _)| id)
    }

    /// The tactic of an id.
    pub fn by_id(id: &str) -> Option<Tactic> {
        Tactic::ALL.iter().find(|(_, known, _)| *known == id).map(|(tactic, ..)| *tactic)
    }

    /// The known id that is most like `id`.
    pub fn nearest(id: &str) -> Option<&'static str> {
        nearest(id, Tactic::ALL.iter().map(|(_, known, _)| *known))
    }

    /// The tactic of a Sigma tag such as `attack.lateral-movement`.
    pub fn by_tag(tag: &str) -> Option<Tactic> {
        let name = tag.strip_prefix("attack.")?.replace('_', "-");
        if matches!(name.as_str(), "stealth" | "defense-impairment") {
            return Some(DefenseEvasion);
        }
        Tactic::ALL.iter().find(|(.., known)| *known == name).map(|(tactic, ..)| *tactic)
    }
}

/// The tactics of a technique or tactic such as `T1110.001` or `TA0006`, the one it is used for most first.
pub fn tactics(id: &str) -> &'static [Tactic] {
    let technique = id.split('.').next().unwrap_or_default();
    if let Some((tactic, ..)) = Tactic::ALL.iter().find(|(_, known, _)| *known == technique) {
        return std::slice::from_ref(tactic);
    }
    TECHNIQUES.iter().find(|(known, _)| known.contains(&technique)).map_or(&[], |(_, tactics)| tactics)
}

/// Techniques by their tactics.
const TECHNIQUES: &[(&[&str], &[Tactic])] = &[
    (&["T1589", "T1590", "T1595", "T1598"], &[Reconnaissance]),
    (&["T1586", "T1588"], &[ResourceDevelopment]),
    (&["T1189", "T1190", "T1195", "T1199", "T1200", "T1566"], &[InitialAccess]),
    (&["T1078"], &[InitialAccess, Persistence, PrivilegeEscalation, DefenseEvasion]),
    (&["T1133"], &[InitialAccess, Persistence]),
    (&["T1047", "T1059", "T1204", "T1569"], &[Execution]),
    (&["T1053"], &[Execution, Persistence, PrivilegeEscalation]),
    (&["T1136", "T1505"], &[Persistence]),
    (&["T1098", "T1543"], &[Persistence, PrivilegeEscalation]),
    (&["T1068"], &[PrivilegeEscalation]),
    (&["T1548"], &[PrivilegeEscalation, DefenseEvasion]),
    (
        &["T1027", "T1036", "T1070", "T1140", "T1218", "T1221", "T1562", "T1564", "T1656", "T1685", "T1686"],
        &[DefenseEvasion],
    ),
    (&["T1003", "T1110", "T1187", "T1539", "T1552", "T1555", "T1558", "T1606", "T1621"], &[CredentialAccess]),
    (&["T1557"], &[CredentialAccess, Collection]),
    (&["T1018", "T1046", "T1082", "T1083", "T1087", "T1482", "T1526", "T1580"], &[Discovery]),
    (&["T1021", "T1210", "T1570"], &[LateralMovement]),
    (&["T1550"], &[LateralMovement, DefenseEvasion]),
    (&["T1005", "T1074", "T1114", "T1213", "T1530", "T1560"], &[Collection]),
    (&["T1071", "T1090", "T1102", "T1105", "T1219", "T1568", "T1571", "T1572"], &[CommandAndControl]),
    (&["T1041", "T1048", "T1052", "T1567"], &[Exfiltration]),
    (
        &["T1485", "T1486", "T1489", "T1490", "T1491", "T1496", "T1498", "T1499", "T1529", "T1531", "T1565"],
        &[Impact],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tactics_have_the_order_of_an_attack() {
        assert!(InitialAccess < CredentialAccess && LateralMovement < Impact && Exfiltration < Impact);
        for pair in Tactic::ALL.windows(2) {
            assert!(pair[0].0 < pair[1].0);
        }
    }

    #[test]
    fn a_technique_has_its_tactics_a_tactic_itself_and_what_is_unknown_none() {
        assert_eq!(tactics("T1110.001"), [CredentialAccess]);
        assert_eq!(tactics("T1078").first(), Some(&InitialAccess));
        assert_eq!(tactics("TA0008"), [LateralMovement]);
        assert_eq!(tactics("T9999"), []);
        assert_eq!(Tactic::by_tag("attack.defense-impairment"), Some(DefenseEvasion));
        assert_eq!(Tactic::by_tag("attack.lateral_movement"), Some(LateralMovement));
        assert_eq!(Tactic::by_tag("attack.t1110"), None);
    }

    #[test]
    fn no_technique_stands_twice_and_every_one_of_the_built_in_rules_has_a_tactic() {
        let mut known: Vec<&str> = TECHNIQUES.iter().flat_map(|(ids, _)| *ids).copied().collect();
        let number = known.len();
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.len(), number);
        for rule in crate::pack::builtin().0 {
            for technique in &rule.attack {
                assert!(!tactics(technique).is_empty(), "{}: {technique}", rule.id);
            }
        }
    }
}
