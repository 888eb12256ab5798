//! The lake against what it promises: each frame once, whatever fails; queryable at once; small and quick afterwards.

#[cfg(test)]
mod care;
#[cfg(test)]
mod once;
#[cfg(test)]
mod query;
#[cfg(test)]
mod rewriting;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod store;
#[cfg(test)]
mod support;
