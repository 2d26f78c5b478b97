//! What a caller may ask in a minute, counted in fields that the answers may hold. By acting body and whom it acts through; the
//! public by its network address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use programgrant_core::access::{Caller, Role};
use programgrant_schema::OrganisationNumber;

use super::refusal::Refusal;
use crate::config;

/// After so many charges, those who have not asked for long are forgotten.
const FORGET_EVERY: u32 = 1_000;
/// The most callers of one role that are told apart; beyond them, new ones share one budget.
const MOST_CALLERS: usize = 50_000;

/// Whose budget it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Payer {
    Body {
        acting: OrganisationNumber,
        through: Option<OrganisationNumber>,
    },
    Address(IpAddr),
    /// Whose address is not known, or one too many.
    Others,
}

type Limiter<C> = RateLimiter<Payer, DashMapStateStore<Payer>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// All budgets.
pub struct RateLimits<C: Clock = DefaultClock> {
    roles: HashMap<Role, (Limiter<C>, NonZeroU32)>,
    charges: AtomicU32,
    clock: C,
    most_callers: usize,
}

impl<C: Clock> std::fmt::Debug for RateLimits<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}

impl RateLimits {
    pub fn new(budget: &config::Budget) -> Self {
        Self::with_clock(budget, DefaultClock::default())
    }
}

impl<C: Clock + Clone> RateLimits<C> {
    fn with_clock(budget: &config::Budget, clock: C) -> Self {
        let start = clock.clone();
        let of_one = |role: Role| {
            let most = budget.of(role);
            (
                role,
                (
                    Limiter::dashmap_with_clock(Quota::per_minute(most), start.clone()),
                    most,
                ),
            )
        };
        Self {
            roles: Role::ALL.into_iter().map(of_one).collect(),
            charges: AtomicU32::new(0),
            clock,
            most_callers: MOST_CALLERS,
        }
    }

    /// Takes a cost from the caller's budget. What costs more than a whole minute's takes all of it.
    pub fn charge(&self, caller: &Caller, address: Option<IpAddr>, cost: u64) -> Result<(), Refusal> {
        let (limiter, most) = &self.roles[&caller.role];
        if self
            .charges
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(FORGET_EVERY)
        {
            limiter.retain_recent();
        }
        let cost = u32::try_from(cost)
            .ok()
            .and_then(NonZeroU32::new)
            .unwrap_or(if cost == 0 { NonZeroU32::MIN } else { NonZeroU32::MAX });
        let payer = payer(caller, address, limiter.len() >= self.most_callers);
        match limiter.check_key_n(&payer, cost.min(*most)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => Err(over(refused.wait_time_from(self.clock.now()), *most)),
            Err(_) => Err(over(Duration::from_mins(1), *most)),
        }
    }
}

fn payer(caller: &Caller, address: Option<IpAddr>, full: bool) -> Payer {
    match (caller.acting, address) {
        (Some(acting), _) => Payer::Body {
            acting,
            through: caller.through,
        },
        (None, Some(address)) if !full => Payer::Address(network(address)),
        (None, _) => Payer::Others,
    }
}

/// An IPv6 /64 counts as one client: a household has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

fn over(wait: Duration, most: NonZeroU32) -> Refusal {
    let message = format!("The answers of a minute may hold {most} fields. Ask again later, or for less.");
    Refusal {
        retry_after: Some(wait.max(Duration::from_secs(1))),
        ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message)
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn budgets(most: u32) -> RateLimits<FakeRelativeClock> {
        let most = NonZeroU32::new(most).expect("above zero");
        RateLimits::with_clock(
            &config::Budget {
                public: most,
                municipality: most,
                ..config::Budget::default()
            },
            FakeRelativeClock::default(),
        )
    }

    fn municipality(acting: &str, through: Option<&str>) -> Caller {
        let number = |text: &str| text.parse().expect("a number");
        Caller {
            acting: Some(number(acting)),
            through: through.map(number),
            role: Role::Municipality,
            ..Caller::public()
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_budget_is_used_up_and_comes_back_with_time() {
        let budgets = budgets(600);
        let caller = municipality("964338531", None);
        assert_eq!(budgets.charge(&caller, None, 600), Ok(()));
        let refusal = budgets.charge(&caller, None, 100).expect_err("used up");
        assert_eq!(
            (refusal.status, refusal.code, refusal.retry_after),
            (
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                Some(Duration::from_secs(10))
            )
        );
        budgets.clock.advance(Duration::from_secs(10));
        assert_eq!(budgets.charge(&caller, None, 100), Ok(()));
    }

    #[test]
    fn what_costs_more_than_a_minute_holds_takes_the_whole_minute() {
        let budgets = budgets(600);
        let caller = municipality("964338531", None);
        assert_eq!(budgets.charge(&caller, None, u64::MAX), Ok(()));
        assert!(budgets.charge(&caller, None, 1).is_err());
    }

    #[test]
    fn nobody_pays_for_another() {
        let budgets = budgets(10);
        let bergen = municipality("964338531", None);
        assert_eq!(budgets.charge(&bergen, None, 10), Ok(()));
        for (caller, address) in [
            (municipality("964338531", Some("889640782")), None),
            (municipality("864953042", None), None),
            (Caller::public(), Some(address("192.0.2.1"))),
            (Caller::public(), Some(address("192.0.2.2"))),
            (Caller::public(), Some(address("2001:db8:0:1::1"))),
            (Caller::public(), Some(address("2001:db8:0:2::1"))),
            (Caller::public(), None),
        ] {
            assert_eq!(budgets.charge(&caller, address, 10), Ok(()), "{caller:?} {address:?}");
            assert!(budgets.charge(&caller, address, 10).is_err());
        }
        // One household, and one address in its two ways of writing.
        assert!(
            budgets
                .charge(&Caller::public(), Some(address("2001:db8:0:1::2")), 1)
                .is_err()
        );
        assert!(
            budgets
                .charge(&Caller::public(), Some(address("::ffff:192.0.2.1")), 1)
                .is_err()
        );
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let budgets = RateLimits {
            most_callers: 100,
            ..budgets(10)
        };
        let visit = |number: u32| budgets.charge(&Caller::public(), Some(IpAddr::V4(number.into())), 1);
        let refused = (0..200).filter(|number| visit(*number).is_err()).count();
        assert_eq!(refused, 90, "those beyond a hundred share one budget of ten");
        let (limiter, _) = &budgets.roles[&Role::Public];
        assert_eq!(limiter.len(), 101);
        budgets.clock.advance(Duration::from_mins(2));
        // The next thousand charges forget callers who have not asked since.
        (0..2_000).for_each(|_| drop(visit(0)));
        assert_eq!(
            limiter.len(),
            2,
            "one who came, and those who came before there was room"
        );
    }
}
