//! Documents made at random from the schema's own text: aliases, fields of one key in several places, fragments with and without type
//! conditions, what is skipped and included, arguments as literals, variables and defaults.

use std::collections::HashMap;

use async_graphql::Variables;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};
use programgrant::graphql;
use serde_json::json;

/// How deep selections are made.
const DEEPEST: usize = 6;

/// Left to the library whole, and worked out anew each time: hundreds of documents that ask for them would take minutes and compare nothing.
const WORKED_OUT: [&str; 5] = [
    "allocation",
    "allocationWhatIf",
    "allocations",
    "evaluationData",
    "programmeUse",
];

/// The fields of every object, by type.
pub struct Fields(HashMap<String, Vec<FieldDefinition>>);

impl Fields {
    pub fn of_the_schema() -> Self {
        let document = async_graphql::parser::parse_schema(graphql::sdl()).expect("our own SDL parses");
        let mut fields = HashMap::new();
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition
                && let TypeKind::Object(object) = definition.node.kind
            {
                let of_type = object.fields.into_iter().map(|field| field.node).collect();
                fields.insert(definition.node.name.node.to_string(), of_type);
            }
        }
        Self(fields)
    }

    /// Type and name of every field.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, fields)| {
            let of_type = fields.iter();
            of_type.map(move |field| (name.as_str(), field.name.node.as_str()))
        })
    }
}

/// One document in the making.
pub struct Maker<'a> {
    fields: &'a Fields,
    award: &'a str,
    choices: std::vec::IntoIter<u16>,
    fragments: Vec<String>,
    left: usize,
}

/// What is asked, and what is sent with it.
pub fn make(fields: &Fields, award: &str, choices: Vec<u16>) -> (String, Variables) {
    let mut maker = Maker {
        fields,
        award,
        choices: choices.into_iter(),
        fragments: Vec::new(),
        left: 60,
    };
    let set = maker.set("Query", 0);
    let fragments = maker.fragments.concat();
    // Every variable is used, whatever was made.
    let last = "u: programme { year(year: $year) { year } } v: municipality(number: $number) { id } \
                w: municipalities(limit: $limit) { __typename } x: __typename @skip(if: $yes) @include(if: $no)";
    let head = "query Q($yes: Boolean! = true, $no: Boolean!, $year: Int = 2021, $number: String, $limit: Int! = 3)";
    let (is_left_out, number) = (maker.pick(4) == 0, ["3813", "0805", "1601"][maker.pick(3)]);
    let values = json!({ "no": is_left_out, "number": number });
    (
        format!("{head} {{ {set} {last} }}{fragments}"),
        Variables::from_json(values),
    )
}

impl Maker<'_> {
    /// One of so many; the first where the choices have run out.
    fn pick(&mut self, of: usize) -> usize {
        usize::from(self.choices.next().unwrap_or_default()) % of
    }

    fn set(&mut self, parent: &str, depth: usize) -> String {
        let most = 1 + self.pick(5);
        (0..most).map(|_| self.selection(parent, depth)).collect()
    }

    fn selection(&mut self, parent: &str, depth: usize) -> String {
        let condition = [
            "",
            "",
            "",
            "",
            " @include(if: $yes)",
            " @skip(if: $no)",
            " @include(if: false)",
            " @skip(if: $yes)",
        ][self.pick(8)];
        match self.pick(10) {
            0 => format!("__typename{condition} "),
            1 if depth < DEEPEST => format!("... {condition} {{ {} }} ", self.set(parent, depth + 1)),
            2 if depth < DEEPEST => format!("... on {parent}{condition} {{ {} }} ", self.set(parent, depth + 1)),
            3 if depth < DEEPEST => {
                let set = self.set(parent, depth + 1);
                let name = format!("F{}", self.fragments.len());
                self.fragments.push(format!(" fragment {name} on {parent} {{ {set} }}"));
                format!("...{name}{condition} ")
            }
            _ => self.field(parent, depth, condition),
        }
    }

    fn field(&mut self, parent: &str, depth: usize, condition: &str) -> String {
        let of_type = &self.fields.0[parent];
        let place = self.pick(of_type.len());
        let field = &self.fields.0[parent][place];
        let name = field.name.node.as_str();
        let is_object = self.fields.0.contains_key(innermost(&field.ty.node));
        let is_left_out = parent == "Query" && (name == "asOf" || WORKED_OUT.contains(&name));
        if self.left == 0 || (is_object && depth >= DEEPEST) || is_left_out {
            return "__typename ".to_owned();
        }
        self.left -= 1;
        // Fields of one key have the same arguments, so that they can be one.
        let way = self.pick(3);
        let arguments = self.arguments(parent, field, way);
        let key = if arguments.is_empty() && self.pick(4) > 0 {
            String::new()
        } else {
            format!("{name}_{way}: ")
        };
        let below = if is_object {
            format!(" {{ {} }}", self.set(innermost(&field.ty.node), depth + 1))
        } else {
            String::new()
        };
        format!("{key}{name}{arguments}{condition}{below} ")
    }

    fn arguments(&self, parent: &str, field: &FieldDefinition, way: usize) -> String {
        let mut stated = Vec::new();
        for argument in &field.arguments {
            let name = argument.node.name.node.as_str();
            // Those of every year and award are hundreds.
            let is_long = field.name.node == "deadlines" && name == "limit";
            let is_required = !argument.node.ty.node.nullable && argument.node.default_value.is_none();
            if let Some(value) = self.value(parent, field.name.node.as_str(), name, way)
                && (is_required || is_long || way > 0)
            {
                stated.push(format!("{name}: {value}"));
            }
        }
        if stated.is_empty() {
            String::new()
        } else {
            format!("({})", stated.join(", "))
        }
    }

    /// Some are wrong on purpose.
    fn value(&self, parent: &str, field: &str, argument: &str, way: usize) -> Option<String> {
        let one_of = |values: [&str; 3]| Some(values[way].to_owned());
        match (parent, field, argument) {
            (_, _, "year") => one_of(["2021", "2022", "-1"]),
            (_, _, "fromYear") => one_of(["2020", "2021", "2019"]),
            (_, _, "toYear") => one_of(["2022", "2021", "null"]),
            (_, "municipality", "number") => one_of(["\"3813\"", "\"0814\"", "\"3813\""]),
            (_, _, "programme") | ("Query", "programme", "id") => {
                one_of(["\"0-24-pilot\"", "\"0-24-pilot\"", "\"none\""])
            }
            (_, "awards", "scheme") => one_of(["null", "\"231.63\"", "null"]),
            (_, "awards", "status") => one_of(["[PAID]", "[PAID, GRANTED]", "IN_PROGRAMME"]),
            (_, "award", "id") => Some(format!("{:?}", self.award)),
            (_, _, "limit") => one_of(["3", "2", "0"]),
            (_, "municipalities", "search") => one_of(["\"a\"", "\"b\"", "\"38\""]),
            (_, "number", "on") => one_of(["\"2019-06-01\"", "\"2021-01-01\"", "null"]),
            _ => None,
        }
    }
}

fn innermost(wrapped: &Type) -> &str {
    match &wrapped.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}
