//! The consolidated programme grant: pot, shares, comparison.

use std::sync::OnceLock;

use async_graphql::{Enum, SimpleObject};
use programgrant_core::programme::{Completeness as Wholeness, Grant, Pot, Share};
use programgrant_core::view::Award;
use programgrant_macros::{Written, object};
use programgrant_schema::{Figure, MunicipalityId};

use super::Snapshot;
use super::award::{BudgetPostNode, DisbursementNode, FigureNode, ProvenanceNode};
use super::municipality::MunicipalityNode;
use super::programme::ProgrammeNode;
use super::scalars::{DateTime, Ore};
use super::scheme::SchemeNode;

/// The grant of one municipality and year, known to exist.
pub struct ProgrammeGrantNode {
    programme: String,
    municipality: MunicipalityId,
    year: i16,
    /// Worked out once, for whichever fields are asked for.
    reckoned: OnceLock<Reckoned>,
}

/// What the pot, the shares and the comparison rest on.
struct Reckoned {
    pot: Pot,
    /// Those that the caller sees.
    shares: Vec<ShareNode>,
}

impl ProgrammeGrantNode {
    /// Nothing where the caller's reach ends before it.
    pub fn new(snapshot: &Snapshot, programme: &str, municipality: MunicipalityId, year: i16) -> Option<Self> {
        let is_seen = snapshot.reach().sees_grant_of(programme, municipality, year);
        is_seen.then(|| Self {
            programme: programme.to_owned(),
            municipality,
            year,
            reckoned: OnceLock::new(),
        })
    }

    fn grant<'a>(&self, snapshot: &'a Snapshot) -> Grant<'a> {
        let programme = snapshot.view.reference.programmes.get(&self.programme);
        let grant =
            programme.and_then(|programme| Grant::find(snapshot.inputs(), programme, self.municipality, self.year));
        grant.expect("a node is made of a grant that was found")
    }

    fn reckoned(&self, snapshot: &Snapshot) -> &Reckoned {
        self.reckoned.get_or_init(|| {
            let (grant, reach) = (self.grant(snapshot), snapshot.reach());
            let shares = grant.shares();
            let seen = shares
                .iter()
                .filter(|share| reach.sees_share_of(&self.programme, &share.scheme.id));
            Reckoned {
                pot: grant.pot_of(&shares),
                shares: seen.map(|share| ShareNode::new(share, self.year)).collect(),
            }
        })
    }
}

/// Programtilskudd: what a municipality gets from all schemes of a programme together, in one year.
#[object(name = "ProgrammeGrant")]
impl ProgrammeGrantNode {
    fn municipality(&self) -> MunicipalityNode {
        MunicipalityNode(self.municipality)
    }

    fn programme(&self) -> ProgrammeNode {
        ProgrammeNode {
            id: self.programme.clone(),
        }
    }

    fn year(&self) -> i32 {
        self.year.into()
    }

    fn pot(&self, snapshot: &Snapshot) -> PotNode {
        PotNode(self.reckoned(snapshot).pot.clone())
    }

    /// One for each scheme of the programme, in the programme's order, always. A directorate is shown those of its own schemes.
    fn shares(&self, snapshot: &Snapshot) -> &[ShareNode] {
        &self.reckoned(snapshot).shares
    }

    /// Payments on the pot's own post, by date.
    fn disbursements<'a>(&self, snapshot: &'a Snapshot) -> Vec<DisbursementNode<'a>> {
        let mut disbursements: Vec<_> = self.grant(snapshot).awards().flat_map(Award::disbursements).collect();
        disbursements.sort_by_key(|disbursement| disbursement.on);
        disbursements.into_iter().map(DisbursementNode::from).collect()
    }

    fn comparison(&self, snapshot: &Snapshot) -> Comparison {
        let pot = &self.reckoned(snapshot).pot;
        Comparison {
            before: self.grant(snapshot).before(),
            without: pot.total.into(),
            with: pot.awarded,
        }
    }
}

/// Several schemes joined into one amount.
pub struct PotNode(pub Pot);

#[object(name = "Pot")]
impl PotNode {
    /// The sum of the shares. Null while any share is NOT_DELIVERED: a part is never shown as the whole.
    fn total(&self) -> Option<Ore> {
        self.0.total.map(Ore)
    }

    /// The sum of the shares that are known.
    fn known(&self) -> Ore {
        Ore(self.0.known)
    }

    fn completeness(&self) -> Completeness {
        self.0.completeness.into()
    }

    /// The schemes with a share that is not known, in the programme's order.
    fn missing(&self, snapshot: &Snapshot) -> Vec<SchemeNode> {
        self.0
            .missing
            .iter()
            .filter_map(|id| SchemeNode::find(snapshot, id))
            .collect()
    }

    /// Awarded on the pot's own post, as the payer reports it.
    fn awarded(&self) -> FigureNode {
        self.0.awarded.into()
    }

    /// Paid on the pot's own post, as the payer reports it.
    fn paid(&self) -> FigureNode {
        self.0.paid.into()
    }

    /// total − awarded; null while either is unknown.
    fn difference(&self) -> Option<Ore> {
        self.0.difference().map(Ore)
    }

    /// When the least recently heard source was last heard; null while one was never heard.
    fn as_of(&self) -> Option<DateTime> {
        self.0.as_of.map(DateTime)
    }
}

/// How whole and how fresh a sum is. INCOMPLETE outranks STALE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Written)]
#[graphql(remote = "Wholeness")]
pub enum Completeness {
    /// All sources heard within their limit.
    Complete,
    /// Whole, but some source is older than its limit, or in doubt.
    Stale,
    /// Some share is not known.
    Incomplete,
}

/// What one scheme contributes to the pot.
#[derive(SimpleObject, Written)]
#[graphql(name = "Share")]
pub struct ShareNode {
    scheme: SchemeNode,
    /// The post that the scheme lay on that year; null where it did not exist.
    budget_post: Option<BudgetPostNode>,
    amount: FigureNode,
    /// The records that state the amount.
    provenance: Vec<ProvenanceNode>,
}

impl ShareNode {
    fn new(share: &Share<'_>, year: i16) -> Self {
        Self {
            scheme: SchemeNode::new(share.scheme),
            budget_post: share.scheme.post_in(year).map(BudgetPostNode::from),
            amount: share.amount.into(),
            provenance: share
                .stated_by()
                .flat_map(Award::statements)
                .map(|statement| ProvenanceNode::from(&statement.provenance()))
                .collect(),
        }
    }
}

/// What the municipality would have got outside the programme, against what it gets.
pub struct Comparison {
    before: Figure,
    without: Figure,
    with: Figure,
}

/// What the municipality would have got outside the programme, against what it gets. A negative difference breaks the rule
/// that nobody is worse off.
#[object]
impl Comparison {
    /// Granted by the programme's schemes in the last budget year before the programme, merged predecessors included.
    /// NOT_DELIVERED where a grant of that year cannot be split. It informs only.
    fn before(&self) -> FigureNode {
        self.before.into()
    }

    /// The sum of the shares: what the schemes say it could have got that year.
    fn without_programme(&self) -> FigureNode {
        self.without.into()
    }

    /// Awarded on the pot's own post.
    fn with_programme(&self) -> FigureNode {
        self.with.into()
    }

    /// withProgramme − withoutProgramme; null while either is unknown.
    fn difference(&self) -> Option<Ore> {
        self.subtract().map(Ore)
    }

    /// Whether the difference is negative; null while it is unknown.
    fn worse_off(&self) -> Option<bool> {
        self.subtract().map(programgrant_schema::Ore::is_negative)
    }
}

impl Comparison {
    fn subtract(&self) -> Option<programgrant_schema::Ore> {
        self.with.stated()?.checked_sub(self.without.stated()?)
    }
}
