#![deny(warnings, unreachable_pub)]
#![forbid(unused_imports)]
//! A crate can forbid unused imports, whatever the path in `scopes!(crate = path)` begins with.

mod framework {
    pub(crate) use logto_runtime as auth;
}

mod renamed {
    use logto_runtime as guards;

    guards::scopes!(crate = guards);
}

mod beside {
    use super::framework;

    framework::auth::scopes!(crate = framework::auth);
}

mod extern_crate {
    logto_runtime::scopes!(crate = logto_runtime);
}

mod from_self {
    use logto_runtime::__private;

    logto_runtime::scopes!(crate = self);
}

mod from_super {
    logto_runtime::scopes!(crate = super::framework::auth);
}

mod absolute {
    logto_runtime::scopes!(crate = ::logto_runtime);
}

fn main() {
    for scope in [
        renamed::scopes::org::READ_DATA,
        beside::scopes::org::READ_DATA,
        extern_crate::scopes::org::READ_DATA,
        from_self::scopes::org::READ_DATA,
        from_super::scopes::org::READ_DATA,
        absolute::scopes::org::READ_DATA,
    ] {
        assert_eq!(scope.name(), "read:data");
    }
}
