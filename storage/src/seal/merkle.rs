//! Merkle trees as RFC 6962 has them: leaves and nodes are hashed apart, and a last node without a neighbour is handed up.
//!
//! Promises: one root for one list of leaves; a path proves a leaf at its place and no other. Must not know: what leaves are.

use super::hash::Hash;

/// Stands before what is hashed for a leaf ...
pub const LEAF: u8 = 0;
/// ... and for a node.
const NODE: u8 = 1;

/// A tree over leaves.
pub struct Tree {
    /// The leaves, then what is above them.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree over these leaves.
    pub fn over(leaves: Vec<Hash>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(above) = levels.last().filter(|level| level.len() > 1).map(|level| above(level)) {
            levels.push(above);
        }
        Tree { levels }
    }

    /// Its root; over no leaves, the hash of nothing.
    pub fn root(&self) -> Hash {
        let top = self.levels.last().and_then(|level| level.first());
        top.copied().unwrap_or_else(|| Hash::of(&[]))
    }

    /// What has to be known beside a leaf to come to the root, from below.
    pub fn path(&self, index: usize) -> Vec<Hash> {
        let beside = |(height, level): (usize, &Vec<Hash>)| level.get((index >> height) ^ 1).copied();
        self.levels.iter().enumerate().filter_map(beside).collect()
    }
}

/// The root that a leaf and its path come to; none when the path is not one of that place in a tree of so many leaves.
pub fn climb(leaf: Hash, mut index: usize, mut leaves: usize, path: &[Hash]) -> Option<Hash> {
    let (mut hash, mut path) = (leaf, path.iter());
    if index >= leaves {
        return None;
    }
    while leaves > 1 {
        if index ^ 1 < leaves {
            let beside = path.next()?;
            hash = if index.is_multiple_of(2) { node(&hash, beside) } else { node(beside, &hash) };
        }
        (index, leaves) = (index / 2, leaves.div_ceil(2));
    }
    path.next().is_none().then_some(hash)
}

fn above(level: &[Hash]) -> Vec<Hash> {
    let pair = |pair: &[Hash]| match pair {
        [left, right] => node(left, right),
        alone => alone.first().copied().unwrap_or_default(),
    };
    level.chunks(2).map(pair).collect()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[NODE], &left.0, &right.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|leaf| Hash::of(&[&[LEAF], &leaf.to_le_bytes()])).collect()
    }

    /// The tree as RFC 6962, section 2.1, defines it.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn the_root_is_the_one_of_rfc_6962_and_every_path_leads_to_it() {
        for count in 0..40 {
            let leaves = leaves(count);
            let tree = Tree::over(leaves.clone());
            let root = tree.root();
            assert_eq!(root, defined(&leaves), "{count} leaves");
            for (index, leaf) in leaves.iter().enumerate() {
                let path = tree.path(index);
                assert_eq!(climb(*leaf, index, count, &path), Some(root), "{index} of {count}");
                assert_ne!(climb(*leaf, index + 1, count, &path), Some(root), "{index} of {count} elsewhere");
                assert_ne!(climb(node(leaf, leaf), index, count, &path), Some(root));
                if let Some((_, shorter)) = path.split_last() {
                    assert_eq!(climb(*leaf, index, count, shorter), None, "{index} of {count}, cut");
                }
            }
        }
    }
}
