//! The messages of the remote-function protocol (io.statefun.sdk.reqreply), as far as a function needs them. Written by hand with prost's
//! derive, so that no protobuf compiler is needed; unknown fields are skipped, as the protocol wants it.

#[derive(Clone, PartialEq, prost::Message)]
pub struct Address {
    #[prost(string, tag = "1")]
    pub namespace: String,
    #[prost(string, tag = "2")]
    pub r#type: String,
    #[prost(string, tag = "3")]
    pub id: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct TypedValue {
    #[prost(string, tag = "1")]
    pub typename: String,
    /// True for a value of zero bytes; false says that there is no value.
    #[prost(bool, tag = "2")]
    pub has_value: bool,
    #[prost(bytes = "vec", tag = "3")]
    pub value: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct ToFunction {
    #[prost(message, optional, tag = "100")]
    pub invocation: Option<InvocationBatch>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct InvocationBatch {
    #[prost(message, optional, tag = "1")]
    pub target: Option<Address>,
    /// Every registered state; the name alone when it is empty.
    #[prost(message, repeated, tag = "2")]
    pub state: Vec<PersistedValue>,
    #[prost(message, repeated, tag = "3")]
    pub invocations: Vec<Invocation>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct PersistedValue {
    #[prost(string, tag = "1")]
    pub state_name: String,
    #[prost(message, optional, tag = "2")]
    pub state_value: Option<TypedValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Invocation {
    /// None: the message came from an ingress.
    #[prost(message, optional, tag = "1")]
    pub caller: Option<Address>,
    #[prost(message, optional, tag = "2")]
    pub argument: Option<TypedValue>,
}

/// Either the effects of the whole batch, or the states that the request lacks.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FromFunction {
    #[prost(message, optional, tag = "100")]
    pub invocation_result: Option<InvocationResponse>,
    #[prost(message, optional, tag = "101")]
    pub incomplete_invocation_context: Option<IncompleteInvocationContext>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct InvocationResponse {
    #[prost(message, repeated, tag = "1")]
    pub state_mutations: Vec<PersistedValueMutation>,
    #[prost(message, repeated, tag = "2")]
    pub outgoing_messages: Vec<OutgoingMessage>,
    #[prost(message, repeated, tag = "4")]
    pub outgoing_egresses: Vec<EgressMessage>,
}

pub const MODIFY: i32 = 1;

#[derive(Clone, PartialEq, prost::Message)]
pub struct PersistedValueMutation {
    /// 0: delete, 1: modify.
    #[prost(int32, tag = "1")]
    pub mutation_type: i32,
    #[prost(string, tag = "2")]
    pub state_name: String,
    #[prost(message, optional, tag = "3")]
    pub state_value: Option<TypedValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct OutgoingMessage {
    #[prost(message, optional, tag = "1")]
    pub target: Option<Address>,
    #[prost(message, optional, tag = "2")]
    pub argument: Option<TypedValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct EgressMessage {
    #[prost(string, tag = "1")]
    pub egress_namespace: String,
    #[prost(string, tag = "2")]
    pub egress_type: String,
    #[prost(message, optional, tag = "3")]
    pub argument: Option<TypedValue>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct IncompleteInvocationContext {
    #[prost(message, repeated, tag = "1")]
    pub missing_values: Vec<PersistedValueSpec>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct PersistedValueSpec {
    #[prost(string, tag = "1")]
    pub state_name: String,
    #[prost(string, tag = "3")]
    pub type_typename: String,
}

/// io.statefun.types/int; 0 is zero bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct IntWrapper {
    #[prost(sfixed32, tag = "1")]
    pub value: i32,
}

/// io.statefun.types/string; "" is zero bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringWrapper {
    #[prost(string, tag = "1")]
    pub value: String,
}
