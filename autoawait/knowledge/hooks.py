"""Methods that a framework finds by their name and calls itself, by their class."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hook:
    """Methods of the classes below ``base``. ``why`` they cannot be async, empty where they may; names are globs."""

    base: str
    names: tuple[str, ...]
    why: str
    advice: str
    source: str


_SYNC_VIEW = "Django wants all handlers of a view to be async or none"
_VISITOR = "the visitor calls it by its name and does not await it"

# The first row that fits decides.
HOOKS = (
    Hook(
        "django.test.testcases.SimpleTestCase", ("test*",), "", "", "django/test/testcases.py: async tests are wrapped"
    ),
    Hook(
        "unittest.async_case.IsolatedAsyncioTestCase",
        ("setUp", "tearDown"),
        "unittest calls it without awaiting",
        "name it `asyncSetUp` or `asyncTearDown`",
        "unittest/async_case.py",
    ),
    Hook(
        "unittest.async_case.IsolatedAsyncioTestCase",
        ("test*",),
        "",
        "",
        "unittest/async_case.py: test methods may be coroutines",
    ),
    Hook(
        "unittest.case.TestCase",
        ("test*", "setUp", "tearDown", "setUpClass", "tearDownClass", "runTest"),
        "unittest would call it without awaiting and count it as passed",
        "derive the class from `unittest.IsolatedAsyncioTestCase`",
        "unittest/case.py: _callTestMethod",
    ),
    Hook(
        "textual.*",
        ("compose", "render", "render_line", "get_content_width", "get_content_height"),
        "Textual iterates over its result or draws it",
        "await in `on_mount` and show the result there",
        "textual 8.2",
    ),
    Hook("textual.*", ("on_*", "_on_*", "action_*", "watch_*", "key_*"), "", "", "textual 8.2"),
    Hook(
        "discord.ext.commands.cog.Cog",
        ("cog_load", "cog_unload", "cog_check", "bot_check", "bot_check_once", "cog_command_error", "on_*"),
        "",
        "",
        "discord.py, maybe_coroutine",
    ),
    Hook("starlette.endpoints.HTTPEndpoint", ("get", "post", "put", "patch", "delete"), "", "", "starlette"),
    Hook("scrapy.spiders.Spider", ("parse*", "start"), "", "", "scrapy 2.19"),
    Hook(
        "django.core.management.base.BaseCommand",
        ("handle", "add_arguments"),
        "Django prints its result",
        "keep it sync and call `asgiref.sync.async_to_sync` in it",
        "Django 5.2.19",
    ),
    Hook(
        "django.db.models.base.Model",
        ("save", "delete", "clean", "full_clean", "get_absolute_url"),
        "Django calls it without awaiting, so nothing would be saved",
        "write an async twin beside it (`asave`)",
        "Django 5.2.19",
    ),
    Hook(
        "django.forms.forms.BaseForm",
        ("clean", "clean_*", "is_valid"),
        "Django would keep the coroutine as the cleaned value",
        "validate before the form, or after it",
        "Django 5.2.19",
    ),
    Hook(
        "rest_framework.*",
        (
            "get",
            "post",
            "put",
            "patch",
            "delete",
            "list",
            "create",
            "retrieve",
            "update",
            "destroy",
            "perform_*",
            "validate*",
        ),
        "Django REST framework does not await",
        "keep it sync and call `asgiref.sync.async_to_sync` in it",
        "issue encode/django-rest-framework#8655",
    ),
    Hook(
        "django.views.generic.base.View",
        ("get", "post", "put", "patch", "delete", "head", "options", "dispatch", "setup"),
        _SYNC_VIEW,
        "make all handlers of the view async by hand",
        "Django 5.2.19",
    ),
    Hook(
        "graphene.*",
        ("resolve_*", "mutate"),
        "it is awaited only where the schema is executed asynchronously",
        "make it async by hand if you use `execute_async`",
        "graphene",
    ),
    Hook("ast.NodeVisitor", ("visit_*", "generic_visit"), _VISITOR, "", "Lib/ast.py: visit() looks it up by name"),
    Hook("libcst._visitors.*", ("visit_*", "leave_*"), _VISITOR, "", "libcst/_visitors.py"),
    Hook(
        "http.server.BaseHTTPRequestHandler",
        ("do_*",),
        "http.server calls it without awaiting",
        "",
        "Lib/http/server.py: handle_one_request()",
    ),
    Hook("cmd.Cmd", ("do_*", "help_*", "complete_*"), "cmd.Cmd calls it without awaiting", "", "Lib/cmd.py: onecmd()"),
)
