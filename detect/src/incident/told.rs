//! Incidents while alerts come: what is new of them after each, and what is forgotten.
//!
//! The stories of a tenant are found anew from its alerts whenever one of them changes: so they are those of a scan over the same
//! alerts. An incident is over when no alert that is still to come can join it; its alerts are forgotten then, and those of its
//! chains are final.
//!
//! Promises: alerts held are bounded, and those given up for it are counted; what was told of an incident that is another one
//! now, or none, is taken back. Must not know: files, clocks, who is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema::{Alert, Incident, News, Severity, Step, ToldIncident};

use super::{Book, LINK_GAP_US, SPAN_MAX_US, across, rang, stories};
use crate::engine::{LiveAlert, Standing};

/// Alerts held of one tenant.
const TENANT_ALERTS_MAX: usize = 5_000;
/// Alerts held in all.
const ALERTS_MAX: usize = 20_000;

/// An alert to be told, and what it makes of its incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// The alert, with its incident.
    pub live: LiveAlert,
    /// What is new of the incident; none when another alert says it, or nothing is.
    pub incident: Option<ToldIncident>,
}

/// The incidents that are not over.
#[derive(Debug, Default)]
pub struct Incidents {
    book: Arc<Book>,
    tenants: BTreeMap<String, Tenant>,
    forgotten: u64,
}

/// Those of one tenant.
#[derive(Debug, Default)]
struct Tenant {
    /// Alerts that hold; those of chains are made anew.
    alerts: BTreeMap<String, (Alert, Standing)>,
    /// Alerts of chains that were told and are not final.
    chains: BTreeMap<String, Alert>,
    /// Incidents as they were told last.
    told: BTreeMap<String, Incident>,
    /// The incident of each alert.
    of: BTreeMap<String, String>,
}

impl Incidents {
    /// None yet; `book` is of the rules whose alerts are told.
    pub fn new(book: Arc<Book>) -> Incidents {
        Incidents { book, ..Incidents::default() }
    }

    /// Goes on with what other rules say of themselves.
    pub fn take_up(&mut self, book: Arc<Book>) {
        self.book = book;
    }

    /// Incidents that are not over.
    pub fn count(&self) -> usize {
        self.tenants.values().map(|tenant| tenant.told.len()).sum()
    }

    /// Alerts given up so far because there were too many.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Takes up what was told before a restart, in the order in which it was.
    pub fn restore(&mut self, live: &LiveAlert, told: Option<&ToldIncident>) {
        // Versions that knew no incidents of a stream said none.
        let Some(incident) = &live.alert.incident else { return };
        self.note(live);
        let tenant = self.tenants.entry(live.alert.tenant.clone()).or_default();
        tenant.of.insert(live.alert.id.clone(), incident.clone());
        if let Some(told) = told {
            tenant.restore(told);
        }
        let forgotten = self.forgotten;
        // What is over long since is no loss.
        self.keep_in_bounds();
        self.forgotten = forgotten;
    }

    /// What is to be told of these alerts, and of the incidents that they change. Alerts of chains are made here and nowhere else.
    pub fn tell(&mut self, mut alerts: Vec<LiveAlert>) -> Vec<Telling> {
        alerts.retain(|live| !self.book.is_chain(&live.alert.rule_id));
        if alerts.is_empty() {
            return Vec::new();
        }
        let mut by_tenant: BTreeMap<String, Vec<LiveAlert>> = BTreeMap::new();
        for live in alerts {
            self.note(&live);
            by_tenant.entry(live.alert.tenant.clone()).or_default().push(live);
        }
        let mut shared = self.shared();
        // One that is taken back in a tenant may change what a chain says of another, and not which.
        let says = |alert: &Alert| (alert.id.clone(), alert.first_us, alert.last_us, alert.count);
        for (name, tenant) in &self.tenants {
            let now = shared.get(name).into_iter().flatten().map(says);
            let before = tenant.chains.values().filter(|alert| self.book.is_across(&alert.rule_id)).map(says);
            if !now.eq(before) {
                by_tenant.entry(name.clone()).or_default();
            }
        }
        let mut tellings = Vec::new();
        for (name, lines) in by_tenant {
            if let Some(tenant) = self.tenants.get_mut(&name) {
                tellings.extend(tenant.tell(lines, shared.remove(&name).unwrap_or_default(), &self.book));
            }
        }
        tellings.extend(self.keep_in_bounds());
        tellings
    }

    /// Forgets what is over, and tells that the alerts of its chains are final: whatever rang up to `settled_us` was told.
    pub fn settle(&mut self, settled_us: i64) -> Vec<Telling> {
        let (book, mut tellings) = (&self.book, Vec::new());
        let joins_us = LINK_GAP_US.saturating_add(book.window_us_max);
        for tenant in self.tenants.values_mut() {
            tellings.extend(tenant.fix_shared(settled_us.saturating_sub(joins_us), book));
            // For so long other tenants may share an address with it.
            let from_us = settled_us.saturating_sub(joins_us).saturating_sub(book.across_us_max());
            let over = tenant.over(from_us);
            tellings.extend(tenant.forget(&over));
        }
        self.tenants.retain(|_, tenant| !tenant.alerts.is_empty());
        tellings
    }

    fn note(&mut self, live: &LiveAlert) {
        let LiveAlert { alert, standing, supersedes } = live;
        let tenant = self.tenants.entry(alert.tenant.clone()).or_default();
        // What a chain over tenants told stands by itself once it is final.
        let is_made_anew = self.book.is_chain(&alert.rule_id)
            && !(self.book.is_across(&alert.rule_id) && *standing == Standing::Final);
        if let Some(before) = supersedes {
            tenant.alerts.remove(before);
            tenant.chains.remove(before);
            if let Some(incident) = tenant.of.get(before).cloned() {
                tenant.of.insert(alert.id.clone(), incident);
            }
        }
        tenant.chains.remove(&alert.id);
        match standing {
            Standing::Provisional if is_made_anew => {
                tenant.chains.insert(alert.id.clone(), alert.clone());
            }
            Standing::Withdrawn => {
                tenant.alerts.remove(&alert.id);
            }
            _ if is_made_anew => {}
            Standing::Provisional | Standing::Final => {
                tenant.alerts.insert(alert.id.clone(), (alert.clone(), *standing));
            }
        }
    }

    /// Alerts of chains over tenants that do not stand by themselves yet.
    fn shared(&self) -> BTreeMap<String, Vec<Alert>> {
        let all = self.tenants.values().flat_map(|tenant| tenant.alerts.values()).map(|(alert, _)| alert);
        let mut shared: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
        for alert in across(all, &self.book) {
            let stands = self.tenants.get(&alert.tenant).is_some_and(|of| of.alerts.contains_key(&alert.id));
            if !stands {
                shared.entry(alert.tenant.clone()).or_default().push(alert);
            }
        }
        shared.values_mut().for_each(|alerts| alerts.sort_by(|a, b| a.id.cmp(&b.id)));
        shared
    }

    /// Gives up the incidents that have been quiet for longest where there are too many alerts.
    fn keep_in_bounds(&mut self) -> Vec<Telling> {
        let mut tellings = Vec::new();
        loop {
            let all: usize = self.tenants.values().map(|tenant| tenant.alerts.len()).sum();
            let Some(largest) = self.tenants.values_mut().max_by_key(|tenant| tenant.alerts.len()) else {
                break;
            };
            let held = largest.alerts.len();
            if held <= TENANT_ALERTS_MAX && all <= ALERTS_MAX {
                break;
            }
            tellings.extend(largest.shed());
            self.forgotten += held.saturating_sub(largest.alerts.len()) as u64;
            if largest.alerts.len() >= held {
                break;
            }
        }
        tellings
    }
}

impl Tenant {
    fn restore(&mut self, told: &ToldIncident) {
        for before in &told.supersedes {
            self.told.remove(before);
            for of in self.of.values_mut().filter(|of| *of == before) {
                of.clone_from(&told.incident.id);
            }
        }
        if told.news == News::Withdrawn {
            self.told.remove(&told.incident.id);
        } else {
            self.told.insert(told.incident.id.clone(), told.incident.clone());
        }
    }

    /// What is to be told: these lines, what chains say now, and what is new of incidents. `shared`: alerts of chains over tenants.
    fn tell(&mut self, mut lines: Vec<LiveAlert>, shared: Vec<Alert>, book: &Book) -> Vec<Telling> {
        let mut alerts: Vec<&Alert> = self.alerts.values().map(|(alert, _)| alert).chain(&shared).collect();
        alerts.sort_unstable_by(rang);
        let (mut told, mut of) = (BTreeMap::new(), BTreeMap::new());
        let mut chains: BTreeMap<String, Alert> =
            shared.iter().map(|alert| (alert.id.clone(), alert.clone())).collect();
        for story in stories(&alerts, book) {
            let id = &story.incident.id;
            let members = story.members.iter().filter_map(|at| alerts.get(*at)).map(|alert| &alert.id);
            of.extend(
                members
                    .chain(story.chains.iter().map(|alert| &alert.id))
                    .map(|alert| (alert.clone(), id.clone())),
            );
            chains.extend(story.chains.into_iter().map(|alert| (alert.id.clone(), alert)));
            told.insert(story.incident.id.clone(), story.incident);
        }
        lines.extend(self.chains_now(&chains));
        for line in &mut lines {
            line.alert.incident = of.get(&line.alert.id).or_else(|| self.of.get(&line.alert.id)).cloned();
        }
        let news = self.news(&told, &of);
        let mut tellings: Vec<Telling> =
            lines.into_iter().map(|live| Telling { live, incident: None }).collect();
        for incident in news {
            self.attach(incident, &of, &mut tellings);
        }
        for (alert, _) in self.alerts.values_mut() {
            alert.incident = of.get(&alert.id).cloned();
        }
        (self.chains, self.told, self.of) = (chains, told, of);
        tellings
    }

    /// What chains say that they did not say before, and what they say no more.
    fn chains_now(&self, chains: &BTreeMap<String, Alert>) -> Vec<LiveAlert> {
        let mut gone: Vec<&Alert> =
            self.chains.iter().filter(|(id, _)| !chains.contains_key(*id)).map(|(_, alert)| alert).collect();
        let new = chains.values().filter(|alert| !self.chains.contains_key(&alert.id));
        let mut lines: Vec<LiveAlert> = new
            .map(|alert| {
                let is_same = |before: &&Alert| {
                    before.rule_id == alert.rule_id
                        && before
                            .entities
                            .iter()
                            .any(|(column, value)| alert.entities.get(column) == Some(value))
                };
                let before = gone.iter().position(is_same).map(|at| gone.remove(at).id.clone());
                LiveAlert { alert: alert.clone(), standing: Standing::Provisional, supersedes: before }
            })
            .collect();
        lines.extend(gone.into_iter().map(|alert| LiveAlert {
            alert: alert.clone(),
            standing: Standing::Withdrawn,
            supersedes: None,
        }));
        lines
    }

    /// What is new of incidents that are now these, with these alerts.
    fn news(&self, told: &BTreeMap<String, Incident>, of: &BTreeMap<String, String>) -> Vec<ToldIncident> {
        let mut became: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut gone: BTreeSet<&str> =
            self.told.keys().filter(|id| !told.contains_key(*id)).map(String::as_str).collect();
        let was = gone.clone();
        for (alert, before) in self.of.iter().filter(|(_, before)| was.contains(before.as_str())) {
            if let Some(now) = of.get(alert) {
                became.entry(now).or_default().insert(before);
                gone.remove(before.as_str());
            }
        }
        let mut news = Vec::new();
        for (id, incident) in told {
            let supersedes = became.remove(id.as_str()).unwrap_or_default();
            let before: Vec<&Incident> =
                supersedes.iter().copied().chain([id.as_str()]).filter_map(|id| self.told.get(id)).collect();
            if supersedes.is_empty() && before.first() == Some(&incident) {
                continue;
            }
            news.push(ToldIncident {
                news: what_is_new(incident, &before),
                supersedes: supersedes.into_iter().map(str::to_owned).collect(),
                incident: incident.clone(),
            });
        }
        let withdrawn = gone.into_iter().filter_map(|id| self.told.get(id)).cloned();
        news.extend(withdrawn.map(|incident| ToldIncident {
            news: News::Withdrawn,
            supersedes: Vec::new(),
            incident,
        }));
        news
    }

    /// Adds what is new of an incident to the gravest line about it; without one, its first alert is told again.
    fn attach(&self, incident: ToldIncident, of: &BTreeMap<String, String>, tellings: &mut Vec<Telling>) {
        let id = &incident.incident.id;
        let is_free = |telling: &&mut Telling| {
            telling.incident.is_none() && telling.live.alert.incident.as_ref() == Some(id)
        };
        let line = tellings.iter_mut().filter(is_free).max_by_key(|telling| {
            (telling.live.standing != Standing::Withdrawn, telling.live.alert.severity)
        });
        if let Some(line) = line {
            line.incident = Some(incident);
            return;
        }
        let members = self.alerts.values().filter(|(alert, _)| of.get(&alert.id) == Some(id));
        if let Some((alert, standing)) = members.min_by(|(a, _), (b, _)| rang(&a, &b)) {
            let alert = Alert { incident: Some(id.clone()), ..alert.clone() };
            let live = LiveAlert { alert, standing: *standing, supersedes: None };
            tellings.push(Telling { live, incident: Some(incident) });
        }
    }

    /// Alerts of chains over tenants that rang before `upto_us` are final, and stand by themselves.
    fn fix_shared(&mut self, upto_us: i64, book: &Book) -> Vec<Telling> {
        let is_fixed =
            |_: &String, alert: &mut Alert| alert.rang_us < upto_us && book.is_across(&alert.rule_id);
        let fixed: Vec<(String, Alert)> = self.chains.extract_if(.., is_fixed).collect();
        let tellings = fixed.iter().map(|(_, alert)| self.is_final(alert)).collect();
        self.alerts.extend(fixed.into_iter().map(|(id, alert)| (id, (alert, Standing::Final))));
        tellings
    }

    /// Incidents that have been quiet since before `from_us`. An alert that is not final may have gone on since; one that never
    /// becomes final does not keep its incident for ever.
    fn over(&self, from_us: i64) -> BTreeSet<String> {
        let goes_on = self.alerts.values().filter(|(_, standing)| *standing == Standing::Provisional);
        let goes_on: BTreeSet<&str> =
            goes_on.filter_map(|(alert, _)| self.of.get(&alert.id)).map(String::as_str).collect();
        let is_over = |incident: &&Incident| {
            let is_quiet_for_long = incident.last_us < from_us.saturating_sub(SPAN_MAX_US);
            incident.last_us < from_us && (is_quiet_for_long || !goes_on.contains(incident.id.as_str()))
        };
        self.told.values().filter(is_over).map(|incident| incident.id.clone()).collect()
    }

    /// Forgets these incidents.
    fn forget(&mut self, incidents: &BTreeSet<String>) -> Vec<Telling> {
        if incidents.is_empty() {
            return Vec::new();
        }
        let of = &self.of;
        let is_gone = |alert: &String| of.get(alert).is_some_and(|incident| incidents.contains(incident));
        self.alerts.retain(|id, _| !is_gone(id));
        let ended: Vec<Alert> =
            self.chains.extract_if(.., |id, _| is_gone(id)).map(|(_, alert)| alert).collect();
        let tellings = ended.iter().map(|alert| self.is_final(alert)).collect();
        self.told.retain(|id, _| !incidents.contains(id));
        self.of.retain(|_, incident| !incidents.contains(incident));
        tellings
    }

    fn is_final(&self, alert: &Alert) -> Telling {
        let alert = Alert { incident: self.of.get(&alert.id).cloned(), ..alert.clone() };
        let live = LiveAlert { alert, standing: Standing::Final, supersedes: None };
        Telling { live, incident: None }
    }

    /// Forgets the incidents that have been quiet for longest, until half of the alerts are left.
    fn shed(&mut self) -> Vec<Telling> {
        let mut quiet: Vec<(i64, String, usize)> = Vec::new();
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.alerts.keys() {
            *sizes.entry(self.of.get(id).map_or("", String::as_str)).or_default() += 1;
        }
        for (id, size) in sizes {
            let last_us = self.told.get(id).map_or(i64::MIN, |incident| incident.last_us);
            quiet.push((last_us, id.to_owned(), size));
        }
        quiet.sort_unstable();
        let (mut left, mut gone) = (self.alerts.len(), BTreeSet::new());
        let enough = left / 2;
        for (_, id, size) in quiet {
            if left <= enough {
                break;
            }
            left -= size;
            gone.insert(id);
        }
        // Those that have no incident yet.
        self.alerts.retain(|id, _| self.of.contains_key(id) || !gone.contains(""));
        self.forget(&gone)
    }
}

fn what_is_new(incident: &Incident, before: &[&Incident]) -> News {
    let Some(gravest) = before.iter().map(|before| before.severity).max() else { return News::Opened };
    let is_new = |chain: &String| !before.iter().any(|before| before.chains.contains(chain));
    // Nothing is graver than critical: each other rule that is so is told by itself.
    let rang = |rule: &String| before.iter().any(|before| before.rules.contains(rule));
    let is_critical = |step: &Step| step.severity == Severity::Critical && !rang(&step.rule_id);
    let is_graver = incident.severity > gravest
        || incident.chains.iter().any(is_new)
        || incident.steps.iter().any(is_critical);
    if is_graver { News::Escalated } else { News::Changed }
}
