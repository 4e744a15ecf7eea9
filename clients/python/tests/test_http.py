import unittest
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from pg_auth_client import DeviceCookie, SessionCookie, Throttled, bearer_token, is_allowed_origin, retry_after


@dataclass
class Session:
    token: str | None = "abc123"
    idle_expires_at: datetime = datetime(2030, 1, 2, 4, 4, 5, 678, timezone(timedelta(hours=1)))


class Cookies(unittest.TestCase):
    def test_attributes_of_lucia(self) -> None:
        self.assertEqual(
            SessionCookie().create(Session()),
            "auth_session=abc123; HttpOnly; SameSite=Lax; Path=/; Secure; Expires=Wed, 02 Jan 2030 03:04:05 GMT",
        )

    def test_options(self) -> None:
        cookie = SessionCookie(
            name="sid", path="/app", domain="example.com", same_site="Strict", secure=False, persistent=False
        )
        value = "HttpOnly; SameSite=Strict; Path=/app; Domain=example.com"
        self.assertEqual(cookie.create(Session()), f"sid=abc123; {value}")
        self.assertEqual(cookie.blank(), f"sid=; {value}; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
        self.assertEqual(cookie.read({"Cookie": "auth_session=no; sid=yes"}), "yes")

    def test_renewed_session_has_the_token_of_the_request(self) -> None:
        self.assertTrue(SessionCookie().create(Session(token=None), "old").startswith("auth_session=old;"))
        with self.assertRaises(TypeError):
            SessionCookie().create(Session(token=None))

    def test_no_token_adds_attributes(self) -> None:
        token = "a; Domain=evil.example\r\nX: é"
        value = SessionCookie().create(Session(), token)
        self.assertTrue(value.startswith("auth_session=a%3B%20Domain%3Devil.example%0D%0AX%3A%20%C3%A9; HttpOnly"))
        self.assertEqual(SessionCookie().read({"Cookie": value.split("; ")[0]}), token)

    def test_device_lasts_for_the_days_that_are_given(self) -> None:
        cookie = DeviceCookie(secure=False)
        start, _, date = cookie.create("abc", 2).partition("; Expires=")
        self.assertEqual(start, "auth_device=abc; HttpOnly; SameSite=Lax; Path=/")
        left = parsedate_to_datetime(date) - datetime.now(timezone.utc)
        self.assertLess(abs(left - timedelta(days=2)), timedelta(hours=1))
        value = "auth_device=abc; HttpOnly; SameSite=Lax; Path=/; Secure"
        self.assertEqual(DeviceCookie(persistent=False).create("abc"), value)
        self.assertEqual(cookie.read({"Cookie": "auth_session=no; auth_device=yes"}), "yes")

    def test_token_of_a_request(self) -> None:
        def read(cookie: str) -> str | None:
            return SessionCookie().read({"Cookie": cookie})

        self.assertEqual(read("a=1; auth_session=abc; b=2"), "abc")
        self.assertEqual(read("a=1;auth_session=abc=="), "abc==")
        for none in ("", "auth_session", "auth_session=", "my_auth_session=abc", 'a="auth_session=abc"'):
            self.assertIsNone(read(none), none)
        self.assertIsNone(SessionCookie().read({}))


class Bearer(unittest.TestCase):
    def test_token(self) -> None:
        self.assertEqual(bearer_token({"Authorization": "Bearer abc"}), "abc")
        self.assertEqual(bearer_token({"Authorization": "bearer  abc"}), "abc")
        for none in ("", "abc", "Basic abc", "Bearer", "Bearer ", "Bearer a b"):
            self.assertIsNone(bearer_token({"Authorization": none}), none)
        self.assertIsNone(bearer_token({}))


class Origins(unittest.TestCase):
    def test_another_site_changes_nothing(self) -> None:
        def from_origin(origin: str, method: str = "POST", host: str = "app.example") -> bool:
            return is_allowed_origin(method, {"Host": host, "Origin": origin})

        self.assertTrue(from_origin("https://app.example"))
        self.assertTrue(from_origin("http://localhost:8080", host="localhost:8080"))
        for method in ("GET", "HEAD", "OPTIONS"):
            self.assertTrue(from_origin("https://evil.example", method))
        for origin in (
            "", "null", "https://evil.example", "https://app.example.evil.example", "https://app.example:8443",
            "https://app.example@evil.example", "app.example", "file://", "https://sub.app.example", "https://example", "https://[",
        ):
            self.assertFalse(from_origin(origin), origin)
        self.assertFalse(from_origin("file:///", host=""))
        self.assertFalse(is_allowed_origin("POST", {"Host": "app.example"}))
        self.assertFalse(is_allowed_origin("POST", {"Origin": "https://app.example"}))

    def test_other_hosts_that_may(self) -> None:
        headers = {"Host": "internal:80", "X-Forwarded-Host": "app.example", "Origin": "https://app.example"}
        self.assertFalse(is_allowed_origin("POST", headers))
        self.assertTrue(is_allowed_origin("POST", headers, host_header="X-Forwarded-Host"))
        for origin, allowed in (
            ("admin.example", True), ("a.app.example", True), ("a.b.app.example", True),
            ("app.example", False), ("evilapp.example", False), ("a.admin.example", False),
        ):
            headers = {"Host": "api.example", "Origin": f"https://{origin}"}
            hosts = ["admin.example", "*.app.example"]
            self.assertIs(is_allowed_origin("POST", headers, allowed_hosts=hosts), allowed, origin)
        headers = {"Host": "*.app.example", "Origin": "https://a.app.example"}
        self.assertFalse(is_allowed_origin("POST", headers), "who is asked is no pattern")


class RetryAfter(unittest.TestCase):
    def test_whole_seconds(self) -> None:
        for period, seconds in ((0.2, "1"), (61.5, "62"), (0, "1")):
            self.assertEqual(retry_after(Throttled("throttled", timedelta(seconds=period))), seconds)
        self.assertIsNone(retry_after(Throttled("throttled", None)))


if __name__ == "__main__":
    unittest.main()
