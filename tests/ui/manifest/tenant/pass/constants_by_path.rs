#![deny(warnings, missing_docs, unreachable_pub)]
//! The path in `scopes!(crate = path)` means the same as beside the macro.

mod framework {
    pub(crate) use logto_runtime as auth;
}

mod local {
    mod framework {
        pub(crate) use logto_runtime as auth;
    }

    framework::auth::scopes!(crate = framework::auth);
}

mod renamed {
    use logto_runtime as guards;

    guards::scopes!(crate = guards);
}

mod extern_crate {
    logto_runtime::scopes!(crate = logto_runtime);
}

mod from_self {
    mod framework {
        pub(crate) use logto_runtime as auth;
    }

    framework::auth::scopes!(crate = self::framework::auth);
}

mod own_module {
    use logto_runtime::__private;

    logto_runtime::scopes!(crate = self);
}

mod from_super {
    super::framework::auth::scopes!(crate = super::framework::auth);
}

mod from_two_above {
    pub(crate) mod inner {
        logto_runtime::scopes!(crate = super::super::framework::auth);
    }
}

mod absolute {
    logto_runtime::scopes!(crate = ::logto_runtime);
}

/// A module that has the name of a resource, and so of a module in `scopes`.
mod same_name_as_a_resource {
    mod org {
        pub(crate) use logto_runtime::__private;
    }

    logto_runtime::scopes!(crate = org);
}

macro_rules! constants {
    () => {
        logto_runtime::scopes!(crate = $crate::framework::auth);
    };
}

mod by_macro {
    constants!();
}

fn in_a_function() -> &'static str {
    logto_runtime::scopes!(crate = logto_runtime);

    scopes::org::READ_DATA.name()
}

fn main() {
    for scope in [
        local::scopes::org::READ_DATA,
        renamed::scopes::org::READ_DATA,
        extern_crate::scopes::org::READ_DATA,
        from_self::scopes::org::READ_DATA,
        own_module::scopes::org::READ_DATA,
        from_super::scopes::org::READ_DATA,
        from_two_above::inner::scopes::org::READ_DATA,
        absolute::scopes::org::READ_DATA,
        same_name_as_a_resource::scopes::org::READ_DATA,
        by_macro::scopes::org::READ_DATA,
    ] {
        assert_eq!(scope.name(), "read:data");
    }
    assert_eq!(local::scopes::READ_DATA, by_macro::scopes::READ_DATA);
    assert_eq!(in_a_function(), "read:data");
}
