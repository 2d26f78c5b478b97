//! Which body has which role, by the reference data of the moment: worked out once for each, and anew when they change.

use std::sync::Arc;

use arc_swap::ArcSwap;
use programgrant_core::access::{AuthOrganisation, Register, RoleError};
use programgrant_core::reference::Reference;

/// The roles, and what they were worked out from.
pub struct Roles {
    configured: Vec<AuthOrganisation>,
    current: ArcSwap<Known>,
}

struct Known {
    reference: Arc<Reference>,
    roles: Arc<Register>,
}

impl Roles {
    /// Works them out for the first time.
    pub fn new(reference: Arc<Reference>, configured: Vec<AuthOrganisation>) -> Result<Self, RoleError> {
        let roles = Arc::new(Register::new(&reference, &configured)?);
        let current = ArcSwap::from_pointee(Known { reference, roles });
        Ok(Self { configured, current })
    }

    /// The roles by those reference data. What they were is kept where nothing can be made of these: nobody gains by it.
    pub fn by(&self, reference: &Arc<Reference>) -> Arc<Register> {
        let known = self.current.load();
        if Arc::ptr_eq(&known.reference, reference) {
            return Arc::clone(&known.roles);
        }
        let roles = match Register::new(reference, &self.configured) {
            Ok(roles) => Arc::new(roles),
            Err(error) => {
                tracing::error!(%error, "the roles stay as they were");
                Arc::clone(&known.roles)
            }
        };
        self.current.store(Arc::new(Known {
            reference: Arc::clone(reference),
            roles: Arc::clone(&roles),
        }));
        roles
    }
}
