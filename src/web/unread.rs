//! Bodies that nobody reads to their end. The framework closes the connection after the answer when a body is still
//! coming, but for a chunked one whose reader is gone it waits for the rest instead, for ever. So the reader stays until
//! the answer is written.

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::TRANSFER_ENCODING,
    web::Bytes,
};
use futures_util::{StreamExt, stream::poll_fn};
use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

/// A request's body, kept by whoever answers it.
pub struct Unread {
    _payload: Rc<RefCell<Payload>>,
}

/// An answer's body with the request's.
struct Answered {
    body: BoxBody,
    _request: Unread,
}

impl Unread {
    /// Shares a chunked body with those who may read it.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let payload = Rc::new(RefCell::new(request.take_payload()));
        let read = payload.clone();
        let stream = poll_fn(move |context| read.borrow_mut().poll_next_unpin(context));
        request.set_payload(Payload::Stream { payload: Box::pin(stream) });
        Some(Self { _payload: payload })
    }

    /// Goes with the answer.
    pub fn until_answered(self, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        answer.map_body(|_, body| Answered { body, _request: self }.boxed())
    }
}

impl MessageBody for Answered {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
