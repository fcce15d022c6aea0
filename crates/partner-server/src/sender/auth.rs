//! What the aggregator is shown: nothing, a fixed token, or one that a Google service account is
//! given for a signed JWT (section 6.1).

use std::fmt;

use yup_oauth2::authenticator::Authenticator;
use yup_oauth2::{CustomHyperClientBuilder, ServiceAccountAuthenticator, ServiceAccountKey};

use super::client::{Client, Connector};
use super::{NotifyCredentials, NotifyError};

/// What a token must be good for.
const SCOPE: &str = "https://www.googleapis.com/auth/mapsbooking";

/// What the aggregator is shown.
pub(super) enum Auth {
    /// Nothing.
    None,
    /// Always the same.
    Fixed(String),
    /// What the account is given; asked for anew before it runs out.
    Account(Box<Authenticator<Connector>>),
}

impl fmt::Debug for Auth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Fixed(_) => "Fixed",
            Self::Account(_) => "Account",
        })
    }
}

/// The key of a service account, where there is one.
pub(super) async fn key(
    credentials: &NotifyCredentials,
) -> Result<Option<ServiceAccountKey>, NotifyError> {
    let NotifyCredentials::KeyFile(path) = credentials else {
        return Ok(None);
    };
    let read = yup_oauth2::read_service_account_key(path).await;
    read.map(Some).map_err(|error| NotifyError::KeyFile {
        path: path.clone(),
        reason: error.to_string(),
    })
}

impl Auth {
    pub(super) async fn new(
        credentials: NotifyCredentials,
        key: Option<ServiceAccountKey>,
        client: Client,
    ) -> Result<Self, NotifyError> {
        match (credentials, key) {
            (NotifyCredentials::KeyFile(path), Some(key)) => {
                let client = CustomHyperClientBuilder::from(client);
                let built = ServiceAccountAuthenticator::with_client(key, client).build();
                let account = built.await.map_err(|error| NotifyError::KeyFile {
                    path,
                    reason: error.to_string(),
                })?;
                Ok(Self::Account(Box::new(account)))
            }
            (NotifyCredentials::Token(token), _) => Ok(Self::Fixed(token)),
            _ => Ok(Self::None),
        }
    }

    /// The token to show; a `renewed` one is asked for even if the last one should still do.
    pub(super) async fn token(&self, renewed: bool) -> Result<Option<String>, String> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(token) => Ok(Some(token.clone())),
            Self::Account(account) => {
                let token = if renewed {
                    account.force_refreshed_token(&[SCOPE]).await
                } else {
                    account.token(&[SCOPE]).await
                };
                let token = token.map_err(|error| error.to_string())?;
                match token.token() {
                    Some(token) => Ok(Some(token.to_owned())),
                    None => Err("the answer held no access_token".to_owned()),
                }
            }
        }
    }

    /// Whether another token could be had than the one that was refused.
    pub(super) fn can_renew(&self) -> bool {
        matches!(self, Self::Account(_))
    }
}
