//! As of when a request is answered: the picture in force then is found before anything is executed, and held to the last field.

use std::any::TypeId;
use std::sync::Arc;

use async_graphql::Request;
use jiff::Timestamp;

use super::scalars::DateTime;
use super::versions::VersionReader;
use super::{ApiError, Snapshot};

/// The instant that an admitted request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf(pub Timestamp);

impl Snapshot {
    /// The same as of the instant that the request asks for.
    pub(super) async fn for_request(self, request: &Request) -> Result<Self, ApiError> {
        let asked = request.data.get(&TypeId::of::<AsOf>());
        match asked.and_then(|asked| asked.downcast_ref::<AsOf>()) {
            Some(AsOf(instant)) => self.at(*instant).await,
            None => Ok(self),
        }
    }

    async fn at(mut self, instant: Timestamp) -> Result<Self, ApiError> {
        if instant > self.now {
            return Err(ApiError::InvalidAsOf { begins: None });
        }
        self.view = self.dependencies.views.at(instant, self.now).await?;
        self.versions = Arc::new(VersionReader::new(&self.dependencies, &self.view));
        (self.now, self.as_of) = (instant, Some(instant));
        Ok(self)
    }

    /// The same, where it is held at the instant that a field asks for: whatever led there, no field is answered as of another.
    pub(super) fn held_at(&self, asked: Option<DateTime>) -> Result<&Self, ApiError> {
        if asked.map(|DateTime(instant)| instant) == self.as_of {
            Ok(self)
        } else {
            Err(ApiError::ConflictingArguments(
                "asOf is not the instant that the operation is answered as of",
            ))
        }
    }
}
