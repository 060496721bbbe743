//! The limit on calls from one network.

use atoll_base::Error;
use atoll_base::rates::Class;
use tonic::service::Interceptor;
use tonic::{Request, Status};

use super::caller;
use crate::app::App;
use crate::status;

/// Stands in front of a service.
#[derive(Clone)]
pub(super) struct Limit(pub(super) App);

impl Interceptor for Limit {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let Limit(app) = self;
        if let Some(address) = caller::address(app, &request) {
            let admitted = app.rates.admit_now(Class::ServiceCalls, address);
            admitted.map_err(|limited| status::to_grpc(&Error::from(limited)))?;
        }
        Ok(request)
    }
}
