"""A real Chromium, with the window of a phone."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser once a module."""
    arguments = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        # Chromium refuses its sandbox to the superuser, as in a container.
        arguments.append("--no-sandbox")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The driver runs an event loop in this thread, where tests use the ORM.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a window with JavaScript."""
    yield from _window(chromium, has_javascript=True)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a tab with JavaScript."""
    return context.new_page()


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    """Return a tab without JavaScript."""
    for window in _window(chromium, has_javascript=False):
        yield window.new_page()


def _window(chromium: Browser, *, has_javascript: bool) -> Iterator[BrowserContext]:
    window = chromium.new_context(
        viewport={"width": 390, "height": 844},
        locale="en-GB",
        java_script_enabled=has_javascript,
    )
    window.set_default_timeout(10_000)
    yield window
    window.close()
