//! What the heavier fields take, for whoever judges a request before it is executed.

/// What one field takes.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    pub parent: &'static str,
    pub field: &'static str,
    /// How many a list is taken to hold where nothing in the request says it.
    pub expected: u64,
    /// How many plain fields' work it is, by itself; for every item where a list among its arguments says how many.
    pub takes: u64,
}

const fn weight(parent: &'static str, field: &'static str, expected: u64, takes: u64) -> Weight {
    Weight {
        parent,
        field,
        expected,
        takes,
    }
}

/// Every field that takes more than to be read off, or whose list is known to be longer or shorter than a few.
pub const WEIGHTS: &[Weight] = &[
    weight("AllocatedAmount", "difference", 1, 6),
    weight("AllocatedAmount", "reported", 1, 6),
    weight("AllocatedGrant", "explanation", 1, 200),
    weight("AllocatedGrant", "parts", 6, 1),
    weight("Allocation", "comments", 10, 3),
    weight("Allocation", "corrects", 1, 5),
    weight("Allocation", "correctedBy", 1, 5),
    weight("Allocation", "objections", 5, 3),
    weight("Allocation", "table", 1, 50),
    weight("AllocationTable", "receivers", 15, 10),
    weight("AllocationWhatIf", "changes", 15, 10),
    weight("Announcement", "applications", 10, 5),
    weight("Coverage", "posts", 200, 1),
    weight("Award", "objections", 5, 30),
    weight("Award", "versions", 3, 30),
    weight("FundingVerdict", "evidence", 5, 1),
    weight("FundingVerdict", "reasons", 3, 1),
    weight("DoubleFundingCase", "history", 3, 30),
    weight("FundingClaim", "objections", 5, 30),
    weight("Municipality", "awards", 30, 30),
    weight("Municipality", "doubleFundingCases", 10, 30),
    weight("Municipality", "eligibility", 10, 50),
    weight("Municipality", "programmeGrant", 1, 10),
    weight("Municipality", "unheardPosts", 200, 100),
    weight("PostCoverage", "sources", 2, 1),
    weight("Programme", "municipalities", 15, 1),
    weight("Programme", "year", 1, 10),
    weight("ProgrammeGrant", "comparison", 1, 50),
    weight("ProgrammeGrant", "disbursements", 5, 10),
    weight("ProgrammeGrant", "pot", 1, 30),
    weight("ProgrammeGrant", "shares", 10, 30),
    weight("ProgrammeYear", "difference", 1, 100),
    weight("ProgrammeYear", "grants", 15, 30),
    weight("ProgrammeYear", "pot", 1, 100),
    weight("Query", "_entities", 10, 3),
    weight("Query", "allocation", 1, 50),
    weight("Query", "allocationWhatIf", 1, 2_000),
    weight("Query", "allocations", 10, 50),
    weight("Query", "announcements", 10, 10),
    weight("Query", "coverage", 1, 100),
    weight("Query", "deadlines", 30, 30),
    weight("Query", "doubleFundingCase", 1, 50),
    weight("Query", "doubleFundingCases", 1, 100),
    weight("Query", "fundingCheck", 1, 120),
    weight("Query", "fundingChecks", 10, 120),
    weight("Query", "fundingClaim", 1, 50),
    weight("Query", "fundingClaims", 1, 100),
    weight("Query", "municipalities", 1, 50),
    weight("Query", "objections", 10, 10),
    weight("Query", "participationApplications", 20, 10),
    weight("Share", "provenance", 3, 1),
];
