"""Starts Mock Partner for a test run, and gives each test a session of its own.

Copy this file. It needs Python 3.9 or newer and nothing else. The program is found by the variable
MOCK_PARTNER, else on the path.
"""

import base64
import json
import os
import subprocess
import urllib.error
import urllib.request


class MockPartner:
    """One program for the whole run; use it with `with`, or call `stop` at the end."""

    def __init__(self):
        program = os.environ.get("MOCK_PARTNER", "mock-partner")
        self._process = subprocess.Popen(
            [program, "serve", "--in-memory", "--ready-json", "--port", "0", "--control-port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{program} did not start; what it said stands above")
        self.ready = json.loads(line)

    def session(self, name):
        """A partner of its own: its state, clock, toggles and log are nobody else's."""
        return Session(self.ready, name)

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Session:
    def __init__(self, ready, name):
        self.booking_url = f"{ready['booking_url']}/sessions/{name}"
        self._control_url = f"{ready['control_url']}/sessions/{name}"
        self._own_url = f"{ready['control_url']}/api/sessions/{name}"
        pair = f"{ready['username']}:{ready['password']}".encode()
        self.basic = "Basic " + base64.b64encode(pair).decode()
        self._bearer = "Bearer " + ready["control_token"]

    def control(self, verb, path, body=None):
        """A call of the control API within the session."""
        status, answer = call(verb, self._control_url + path, self._bearer, body)
        assert status < 300, f"{verb} {path}: {answer}"
        return answer

    def toggle(self, **behaviour):
        """Changes how the partner behaves, from the next request on."""
        return self.control("PATCH", "/api/behaviour", behaviour)

    def verify(self, **question):
        """Fails with the nearest misses where the partner was not asked like this."""
        verdict = self.control("POST", "/api/verify", question)
        nearest = json.dumps(verdict["nearest"], indent=2)
        assert verdict["ok"], f"{verdict['message']}\n{nearest}"

    def end(self):
        """Makes room for others; without it, the session ends with the program."""
        call("DELETE", self._own_url, self._bearer)


def call(verb, url, authorization, body=None):
    """The status and the body of a call, which is JSON if there is one."""
    request = urllib.request.Request(
        url,
        method=verb,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": authorization, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read()
    return status, json.loads(text) if text else None
