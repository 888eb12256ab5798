//! "Did you mean": the known name nearest to an unknown one.

/// The nearest of `known` to `name`, when it is near enough to be what was meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (distance(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 1 + candidate.chars().count().min(wanted.chars().count()) / 3
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two names; one that begins or ends with the other is near.
fn distance(wanted: &str, candidate: &str) -> usize {
    let edits = strsim::damerau_levenshtein(wanted, candidate);
    let part = wanted.len() >= 3 && (candidate.starts_with(wanted) || candidate.ends_with(wanted));
    if part { edits.min(1) } else { edits }
}

/// ` Did you mean X?`, or the list of what there is when it is short.
pub fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let names: Vec<&str> = known.into_iter().take(12).collect();
            format!("known: {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_one_that_was_meant() {
        let known = ["source_ip", "destination_ip", "user_name", "message"];
        assert_eq!(nearest("souce_ip", known), Some("source_ip"));
        assert_eq!(nearest("username", known), Some("user_name"));
        assert_eq!(nearest("Message", known), Some("message"));
        assert_eq!(nearest("colour", known), None);
        assert!(hint("colour", known).starts_with("known: source_ip"));
    }
}
