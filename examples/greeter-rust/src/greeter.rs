//! The functions: example/person counts its visits in its own state and tells example/greeter, which writes a greeting to an egress.

use prost::Message;
use serde::{Deserialize, Serialize};

use crate::protocol::*;

/// Why a whole batch fails: nothing of it takes effect, and the runtime tries it again.
pub type Failure = String;

const INT: &str = "io.statefun.types/int";
const STRING: &str = "io.statefun.types/string";
const VISIT: &str = "example/visit";
const GREETING: &str = "example/greeting";

#[derive(Serialize, Deserialize)]
struct Visit {
    name: String,
    visits: i32,
    said: String,
}

#[derive(Serialize, Deserialize)]
struct Greeting {
    text: String,
    visits: i32,
}

/// Answers one request: the bytes of a ToFunction in, those of a FromFunction out.
pub fn answer(request: &[u8]) -> Result<Vec<u8>, Failure> {
    let request = ToFunction::decode(request).map_err(|error| format!("no ToFunction: {error}"))?;
    let batch = request
        .invocation
        .ok_or("the request holds no invocation")?;
    let target = batch.target.clone().ok_or("the request names no target")?;
    let (state, typename) = match (target.namespace.as_str(), target.r#type.as_str()) {
        ("example", "person") => ("visits", INT),
        ("example", "greeter") => ("last_greeting", GREETING),
        (namespace, name) => return Err(format!("{namespace}/{name} is not served here")),
    };
    // A state is known by its name being there; without it the runtime is told of it and asks again.
    let Some(stored) = batch.state.iter().find(|each| each.state_name == state) else {
        let missing = PersistedValueSpec {
            state_name: state.into(),
            type_typename: typename.into(),
        };
        let incomplete = IncompleteInvocationContext {
            missing_values: vec![missing],
        };
        return Ok(FromFunction {
            incomplete_invocation_context: Some(incomplete),
            ..Default::default()
        }
        .encode_to_vec());
    };
    let mut effects = InvocationResponse::default();
    let last = match typename {
        INT => person(&target, stored, &batch.invocations, &mut effects)?,
        _ => greeter(&batch.invocations, &mut effects)?,
    };
    effects.state_mutations.push(PersistedValueMutation {
        mutation_type: MODIFY,
        state_name: state.into(),
        state_value: Some(typed(typename, last)),
    });
    Ok(FromFunction {
        invocation_result: Some(effects),
        ..Default::default()
    }
    .encode_to_vec())
}

/// Returns the state after the batch: each message sees what the one before it wrote.
fn person(
    target: &Address,
    stored: &PersistedValue,
    messages: &[Invocation],
    effects: &mut InvocationResponse,
) -> Result<Vec<u8>, Failure> {
    let mut visits = match &stored.state_value {
        Some(value) if value.has_value => decoded::<IntWrapper>(&value.value, INT)?.value,
        _ => 0,
    };
    for message in messages {
        visits += 1;
        let said = match &message.argument {
            Some(value) if value.typename == STRING => {
                decoded::<StringWrapper>(&value.value, STRING)?.value
            }
            _ => String::new(),
        };
        let visit = Visit {
            name: target.id.clone(),
            visits,
            said,
        };
        effects.outgoing_messages.push(OutgoingMessage {
            target: Some(Address {
                r#type: "greeter".into(),
                ..target.clone()
            }),
            argument: Some(typed(VISIT, json(&visit)?)),
        });
    }
    Ok(IntWrapper { value: visits }.encode_to_vec())
}

fn greeter(messages: &[Invocation], effects: &mut InvocationResponse) -> Result<Vec<u8>, Failure> {
    let mut last = Vec::new();
    for message in messages {
        let argument = message
            .argument
            .as_ref()
            .filter(|value| value.typename == VISIT)
            .ok_or("a greeter takes example/visit alone")?;
        let Visit { name, visits, .. } = serde_json::from_slice(&argument.value)
            .map_err(|error| format!("no {VISIT}: {error}"))?;
        let text = match visits {
            1 => format!("Welcome {name}!"),
            _ => format!("Nice to see you again, {name}: visit number {visits}."),
        };
        last = json(&Greeting { text, visits })?;
        effects.outgoing_egresses.push(EgressMessage {
            egress_namespace: "example".into(),
            egress_type: "greetings".into(),
            argument: Some(typed(GREETING, last.clone())),
        });
    }
    Ok(last)
}

fn typed(typename: &str, value: Vec<u8>) -> TypedValue {
    TypedValue {
        typename: typename.into(),
        has_value: true,
        value,
    }
}

fn decoded<Wrapper: Message + Default>(bytes: &[u8], typename: &str) -> Result<Wrapper, Failure> {
    Wrapper::decode(bytes).map_err(|error| format!("no {typename}: {error}"))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| error.to_string())
}
