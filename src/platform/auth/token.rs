//! Access tokens: JWTs (RFC 7519, RFC 9068's type) signed with Ed25519. Everything in them is demanded and checked;
//! whoever is refused is not told why.

use super::{JwtKeys, Role};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ClientId, SessionId, Timestamp, UserId, WorkspaceId};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an access token lives, in seconds.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// How far the clocks of two servers may differ, in seconds.
const LEEWAY: i64 = 10;
const AUDIENCE: &str = "vorzimmer";
const TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub ws: WorkspaceId,
    pub role: Role,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client: Option<ClientId>,
    pub sid: SessionId,
    pub jti: Uuid,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

/// Mints and checks access tokens.
pub struct Tokens {
    keys: JwtKeys,
    issuer: String,
    validation: Validation,
}

impl Tokens {
    /// `issuer` is the server's public URL.
    pub fn new(keys: JwtKeys, issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        // The times are checked below against the Clock.
        validation.validate_exp = false;
        Self { keys, issuer: issuer.to_owned(), validation }
    }

    pub fn keys(&self) -> &JwtKeys {
        &self.keys
    }

    /// A signed token that lives for [`ACCESS_SECONDS`].
    pub fn mint(
        &self,
        now: Timestamp,
        jti: Uuid,
        (user, session): (UserId, SessionId),
        (workspace, role, client): (WorkspaceId, Role, Option<ClientId>),
    ) -> Result<String> {
        let seconds = now.micros().div_euclid(1_000_000);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            ws: workspace,
            role,
            client,
            sid: session,
            jti,
            iat: seconds,
            nbf: seconds,
            exp: seconds + ACCESS_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.keys.kid.clone());
        encode(&header, &claims, &self.keys.signing).map_err(Error::internal)
    }

    /// The claims of a token that is genuine and in force.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Claims> {
        let refuse = || Error::new(Code::InvalidToken);
        let header = decode_header(token).map_err(|_| refuse())?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return Err(refuse());
        }
        let kid = header.kid.ok_or_else(refuse)?;
        let (_, key) = self.keys.verifying.iter().find(|(known, _)| *known == kid).ok_or_else(refuse)?;
        let claims = decode::<Claims>(token, key, &self.validation).map_err(|_| refuse())?.claims;
        let seconds = now.micros().div_euclid(1_000_000);
        let consistent = (claims.role == Role::Client) == claims.client.is_some()
            && claims.exp - claims.iat <= ACCESS_SECONDS
            && claims.iat <= seconds + LEEWAY
            && claims.nbf <= seconds + LEEWAY;
        if !consistent || is_over(&claims, now) {
            return Err(refuse());
        }
        Ok(claims)
    }
}

/// Whether a token's time is over.
pub fn is_over(claims: &Claims, now: Timestamp) -> bool {
    claims.exp <= now.micros().div_euclid(1_000_000)
}
