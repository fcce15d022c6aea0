//! The HTTP client for notifications: with TLS, unlike the one for our own ports. It is shared with
//! the exchange of a service account's JWT.

use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::NotifyError;

/// How connections are made.
pub(crate) type Connector = HttpsConnector<HttpConnector>;

/// The client. Cheap to clone.
pub(crate) type Client = legacy::Client<Connector, String>;

/// Makes the client.
pub(super) fn client(with_roots: bool) -> Result<Client, NotifyError> {
    Ok(legacy::Client::builder(TokioExecutor::new()).build(connector(with_roots)?))
}

/// Makes connections. The system's root certificates are read only where https is wanted, since
/// that takes a while.
pub(crate) fn connector(with_roots: bool) -> Result<Connector, NotifyError> {
    let mut roots = RootCertStore::empty();
    if with_roots {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(NotifyError::NoRoots);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| NotifyError::NoRoots)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .build())
}
