//! What comes with the gateway to show an allocation: real indicators, made-up counts where nobody publishes them, and an example of keys.

/// The example's plan, by its name.
pub const ALLOCATION_EXAMPLE: (&str, &str) = ("allocation.toml", include_str!("../data/allocation.toml"));

/// What describes the files of indicators, by its name.
pub const INDICATORS_DESCRIBED: (&str, &str) = ("indicators.toml", include_str!("../data/indicators/indicators.toml"));

/// The files of indicators, by their names.
pub const INDICATOR_FILES: [(&str, &str); 5] = [
    (
        "population_by_age.csv",
        include_str!("../data/indicators/population_by_age.csv"),
    ),
    ("neet.csv", include_str!("../data/indicators/neet.csv")),
    (
        "social_assistance.csv",
        include_str!("../data/indicators/social_assistance.csv"),
    ),
    (
        "telemark_shares.csv",
        include_str!("../data/indicators/telemark_shares.csv"),
    ),
    (
        "minority_children_made_up.csv",
        include_str!("../data/indicators/minority_children_made_up.csv"),
    ),
];
