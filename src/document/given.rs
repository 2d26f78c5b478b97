//! Whether the variables that were sent are what the operation declares, as far as its types say so by themselves: what is missing,
//! null or of another kind is told before anything is executed (GraphQL § 6.1.2). Enums, inputs and scalars of our own are left to
//! the execution, which knows them.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Value, Variables};

use super::Flaw;

/// Refuses the first variable that its type does not allow.
pub fn check(operation: &OperationDefinition, sent: &Variables) -> Result<(), Flaw> {
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        let (wanted, value) = (&definition.node.var_type.node, sent.get(name));
        let is_settled = value.is_none() && (wanted.nullable || definition.node.default_value.is_some());
        if !is_settled && !fits(wanted, value.unwrap_or(&Value::Null)) {
            let message = match value {
                None => format!("The variable \"${name}\" is of type \"{wanted}\" and was not sent"),
                Some(_) => format!("The variable \"${name}\" is not of its type \"{wanted}\""),
            };
            return Err(Flaw::Invalid { message, at: Some(definition.pos) });
        }
    }
    Ok(())
}

fn fits(wanted: &Type, value: &Value) -> bool {
    match (&wanted.base, value) {
        (_, Value::Null) => wanted.nullable,
        (BaseType::List(item), Value::List(values)) => values.iter().all(|value| fits(item, value)),
        // One value stands for a list of one.
        (BaseType::List(item), value) => fits(item, value),
        (BaseType::Named(name), value) => is_one(name.as_str(), value),
    }
}

fn is_one(name: &str, value: &Value) -> bool {
    match name {
        "Int" => matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())),
        "Boolean" => matches!(value, Value::Boolean(_)),
        "String" => matches!(value, Value::String(_)),
        "ID" => matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if number.is_i64() || number.is_u64()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;
    use serde_json::json;

    use super::*;

    fn told(declared: &str, sent: serde_json::Value) -> Result<(), String> {
        let document = parse_query(format!("query ({declared}) {{ __typename }}")).expect("a document");
        let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
        check(&operation.node, &Variables::from_json(sent)).map_err(|flaw| flaw.to_string())
    }

    #[test]
    fn what_is_missing_null_or_of_another_kind_is_told_by_its_name() {
        for (declared, sent) in [
            ("$a: ID!", json!({ "a": "x" })),
            ("$a: ID!", json!({ "a": 7 })),
            ("$a: ID", json!({})),
            ("$a: Int! = 3", json!({})),
            ("$a: [Int!]!", json!({ "a": [1, 2_147_483_647] })),
            ("$a: [Int]", json!({ "a": null })),
            ("$a: [Int!]", json!({ "a": 1 })),
            ("$a: Ore!", json!({ "a": 9_000_000_000_i64 })),
            ("$a: Boolean", json!({ "a": true, "b": 1 })),
        ] {
            assert_eq!(told(declared, sent.clone()), Ok(()), "{declared} {sent}");
        }
        for (declared, sent) in [
            ("$a: ID!", json!({})),
            ("$a: ID!", json!({ "a": null })),
            ("$a: Int! = 3", json!({ "a": null })),
            ("$a: Int", json!({ "a": 1_099_511_627_776_i64 })),
            ("$a: Int", json!({ "a": "1" })),
            ("$a: [Int!]", json!({ "a": [1, null] })),
            ("$a: String", json!({ "a": 1 })),
            ("$a: Boolean", json!({ "a": "true" })),
            ("$a: ID", json!({ "a": [] })),
        ] {
            let error = told(declared, sent.clone()).expect_err("refused");
            assert!(error.contains("\"$a\""), "{declared} {sent}: {error}");
        }
    }
}
