//! Whether a document is valid (GraphQL § 5), told once, before anything of it is executed. The rules are `apollo-compiler`'s; what it
//! does not look at, `usage` does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use apollo_compiler::ast::Type;
use apollo_compiler::collections::HashSet;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::executable::Selection;
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Schema};
use async_graphql::Variables;

use super::coerce::{Coercion, Scalars};
use super::plan::{Notes, Plan, Planned, Template};
use super::usage::Usages;
use super::{Document, DocumentFlaw, lists};

/// What the library calls a subscription of several fields.
const SEVERAL: &str = "SubscriptionUsesMultipleFields";

/// What is asked of documents by one schema.
#[derive(Debug)]
pub struct Judge {
    schema: Valid<Schema>,
    scalars: Scalars,
}

/// A document that was found valid.
#[derive(Debug)]
pub struct Judged {
    document: Document,
    executable: Valid<ExecutableDocument>,
    /// Whether it was planned before: most documents are asked once, and a plan is as large as they are.
    was_planned: AtomicBool,
    /// How its only operation was planned the second time; nothing where other variables ask for something else.
    template: OnceLock<Option<Arc<Template>>>,
}

impl Judged {
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Whether a plan is this document's with whichever variables, but for what its slots hold.
    pub fn is_template(&self, template: &Arc<Template>) -> bool {
        let own = self.template.get().and_then(Option::as_ref);
        own.is_some_and(|own| Arc::ptr_eq(own, template))
    }

    /// How long its text is.
    pub fn bytes(&self) -> usize {
        self.document.bytes
    }
}

impl Judge {
    /// # Panics
    ///
    /// If the text is no SDL; it is our own.
    pub fn of(sdl: &str, scalars: Scalars) -> Self {
        let mut schema = Schema::parse(sdl, "schema").expect("the exported SDL parses");
        add_is_one_of(&mut schema);
        Self {
            schema: schema.validate().expect("the exported SDL is valid"),
            scalars,
        }
    }

    fn coercion(&self) -> Coercion<'_> {
        Coercion {
            schema: &self.schema,
            scalars: self.scalars,
        }
    }

    /// Refuses the first thing that is wrong.
    pub fn judge(&self, document: Document) -> Result<Judged, DocumentFlaw> {
        let executable = match document.ast.to_executable_validate(&self.schema) {
            Ok(executable) => executable,
            Err(failed) => {
                // The library counts one field written twice as two.
                if let Some(error) = failed
                    .errors
                    .iter()
                    .find(|error| error.error.unstable_error_name() != Some(SEVERAL))
                {
                    return Err(DocumentFlaw::Invalid {
                        message: sentence(&error.error.to_string()),
                        at: document.place(error.error.location()),
                    });
                }
                Valid::assume_valid(failed.partial)
            }
        };
        follow_one(&document, &executable)?;
        lists::check(&document, &self.schema)?;
        Usages::of(&document, &executable, self.coercion()).check()?;
        Ok(Judged {
            document,
            executable,
            was_planned: AtomicBool::new(false),
            template: OnceLock::new(),
        })
    }

    /// What the operation of that name comes to with these variables.
    pub fn plan(
        &self,
        judged: &Judged,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Result<Planned, DocumentFlaw> {
        let Judged {
            document,
            executable,
            was_planned,
            template,
        } = judged;
        let meant = executable
            .operations
            .get(operation)
            .map_err(|_| DocumentFlaw::UNKNOWN_OPERATION)?;
        let known = self.coercion().variables(document, &meant.variables, variables)?;
        let plan = Plan {
            document,
            executable,
            coercion: self.coercion(),
            known,
            notes: Notes::default(),
        };
        if let Some(Some(template)) = template.get() {
            return plan.fill(template);
        }
        let planned = Arc::new(plan.operation(meant)?);
        if was_planned.swap(true, Ordering::Relaxed) && executable.operations.len() == 1 {
            template.get_or_init(|| (!planned.varies).then(|| Arc::clone(&planned)));
        }
        Ok(Planned::anew(planned))
    }
}

/// § 5.2.4.1: every subscription follows one field, however often it is written.
fn follow_one(document: &Document, executable: &ExecutableDocument) -> Result<(), DocumentFlaw> {
    for operation in executable
        .operations
        .iter()
        .filter(|operation| operation.is_subscription())
    {
        let (mut open, mut seen, mut keys) = (vec![&operation.selection_set], HashSet::default(), HashSet::default());
        while let Some(set) = open.pop() {
            for selection in &set.selections {
                match selection {
                    Selection::Field(field) => drop(keys.insert(field.response_key())),
                    Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                    Selection::FragmentSpread(spread) => {
                        let fragment = executable
                            .fragments
                            .get(&spread.fragment_name)
                            .filter(|_| seen.insert(&spread.fragment_name));
                        open.extend(fragment.map(|fragment| &fragment.selection_set));
                    }
                }
            }
        }
        if keys.len() != 1 {
            let message = format!("A subscription follows one field; {} were found", keys.len());
            return Err(DocumentFlaw::Invalid {
                message,
                at: document.place(operation.location()),
            });
        }
    }
    Ok(())
}

/// The schema of the schema as the specification has it since 2025, and as the execution library serves it.
fn add_is_one_of(schema: &mut Schema) {
    let field = FieldDefinition {
        description: None,
        name: Name::new_static("isOneOf").expect("a name"),
        arguments: Vec::new(),
        ty: Type::Named(Name::new_static("Boolean").expect("a name")),
        directives: apollo_compiler::ast::DirectiveList::new(),
    };
    if let Some(ExtendedType::Object(object)) = schema.types.get_mut("__Type") {
        object
            .make_mut()
            .fields
            .insert(field.name.clone(), Component::new(field));
    }
}

/// With a capital; the stop is the flaw's.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
