//! The macro that turns a table of fields into a message: struct, reader, writer and schema.
//! Whatever is known about a field stands in the table once.

/// Defines a message from its field table.
///
/// `field: Type` may be followed by `= written` (even at its default), `= required` (by the
/// schema), `= always` (both), `= alias("other_name")` (read under the name that it has in another
/// message too) or `= was("old_name")` (read under the name that it had once). `finish(path)`
/// after the section names a function for [`Message::finish`].
macro_rules! message {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident [$reference:literal] $(finish($finish:path))? {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $type:ty $(= $flag:ident $(($other:literal))?)?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[doc = concat!("\n\nReference: section ", $reference, ".")]
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
        $vis struct $name {
            $( $(#[doc = $field_doc])* $vis $field: $type, )*
        }

        impl $crate::json::Message for $name {
            const NAME: &'static str = stringify!($name);
            const REFERENCE: &'static str = $reference;
            const FIELDS: &'static [$crate::json::FieldSpec] = &[
                $( $crate::json::FieldSpec {
                    name: message!(@name $field),
                    other_name: message!(@other $($flag $(($other))?)?),
                    always: message!(@always $($flag)?),
                    other_is_old: message!(@old $($flag)?),
                    inner: <$type as $crate::json::field::Field>::INNER,
                }, )*
            ];

            fn set<'v>(
                &mut self,
                field: usize,
                value: &'v $crate::json::Json<'v>,
                reader: &mut $crate::json::Reader<'v>,
            ) {
                // Numbers the fields in the order of FIELDS.
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                enum Index { $($field),* }
                match field {
                    $( i if i == Index::$field as usize => self.$field = reader.field(value), )*
                    _ => {}
                }
            }

            $(
                fn finish<'v>(
                    &mut self,
                    object: &'v $crate::json::Json<'v>,
                    reader: &mut $crate::json::Reader<'v>,
                ) {
                    $finish(self, object, reader);
                }
            )?
        }

        impl $crate::json::field::Field for $name {
            const INNER: &'static [$crate::json::FieldSpec] =
                <Self as $crate::json::Message>::FIELDS;

            fn read<'v>(
                value: &'v $crate::json::Json<'v>,
                reader: &mut $crate::json::Reader<'v>,
            ) -> Self {
                <Self as $crate::json::Message>::read(value, reader)
            }

            fn is_default(&self) -> bool {
                false
            }

            fn emit<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::json::field::named(stringify!($name))
            }

            fn referenced(schemas: &mut $crate::json::field::Schemas) {
                schemas.push((
                    stringify!($name).to_owned(),
                    <Self as utoipa::PartialSchema>::schema(),
                ));
                <Self as utoipa::ToSchema>::schemas(schemas);
            }

            #[cfg(test)]
            fn sample(source: &mut $crate::testing::Source<'_>) -> Self {
                Self { $( $field: $crate::json::field::Field::sample(source), )* }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $( $crate::json::field::emit_entry(
                    &mut map,
                    message!(@name $field),
                    &self.$field,
                    message!(@always $($flag)?),
                )?; )*
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::from_deserializer(deserializer)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let object = utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Object)
                    .description(Some(concat!($($doc, "\n"),*).trim()));
                $(
                    let object = object.property(
                        message!(@name $field),
                        $crate::json::field::described(
                            <$type as $crate::json::field::Field>::schema(),
                            concat!($($field_doc, "\n"),*),
                        ),
                    );
                    let object = if message!(@required $($flag)?) {
                        object.required(message!(@name $field))
                    } else {
                        object
                    };
                )*
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut $crate::json::field::Schemas) {
                let _ = &schemas;
                $( <$type as $crate::json::field::Field>::referenced(schemas); )*
            }
        }
    };

    (@old was) => { true };
    (@old $($flag:ident)?) => { false };
    (@name r#type) => { "type" };
    (@name $field:ident) => { stringify!($field) };
    (@always always) => { true };
    (@always written) => { true };
    (@always $($flag:ident)?) => { false };
    (@required always) => { true };
    (@required required) => { true };
    (@required $($flag:ident)?) => { false };
    (@other alias($other:literal)) => { Some($other) };
    (@other was($other:literal)) => { Some($other) };
    (@other $($flag:ident)?) => { None };
}

pub(crate) use message;
