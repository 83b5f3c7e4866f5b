//! Schemas of [`AuthInfo`] and [`OrganizationId`], for bodies that contain them.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use crate::{extract::organization_id::OrganizationId, logto::auth_info::AuthInfo};

impl ToSchema for AuthInfo {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("AuthInfo")
    }
}

impl PartialSchema for AuthInfo {
    fn schema() -> RefOr<Schema> {
        let string = || ObjectBuilder::new().schema_type(Type::String);
        let strings = || ArrayBuilder::new().items(string());
        let string_or_null = SchemaType::from_iter([Type::String, Type::Null]);
        ObjectBuilder::new()
            .property("sub", string())
            .property("clientId", string())
            .property("organizationId", string().schema_type(string_or_null))
            .property("scopes", strings())
            .property("audience", strings())
            .required("sub")
            .required("clientId")
            .required("organizationId")
            .required("scopes")
            .required("audience")
            .into()
    }
}

impl ToSchema for OrganizationId {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("OrganizationId")
    }
}

impl PartialSchema for OrganizationId {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}
