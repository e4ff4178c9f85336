"""What Robot Framework does besides running tests: a line of JSON for each on file descriptor 3, an end to those that
hang, and a broker that is empty before and after each file. It hands over what follows the `;`: the root of the API."""

import json
from urllib.parse import quote

import requests

# By what every instance has: many have no observedAt.
EVERY_TIME = {'timerel': 'before', 'timeAt': '2999-01-01T00:00:00Z', 'timeproperty': 'modifiedAt'}


class listener:
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, root):
        self.root = root
        self.results = open(3, 'w', buffering=1)
        self.empty()

    def start_suite(self, data, result):
        for test in data.tests:
            test.timeout = test.timeout or '60 seconds'

    def end_test(self, data, result):
        line = {'file': str(data.source), 'name': result.name, 'passed': result.passed, 'message': result.message}
        print(json.dumps(line), file=self.results)

    def end_suite(self, data, result):
        if data.tests:
            self.empty()

    def empty(self):
        """Deletes what failed tests left: others count over the whole broker."""
        self.call('DELETE', 'entities', {'local': 'true'})
        for collection, parameters in (
            ('subscriptions', {}),
            ('csourceSubscriptions', {}),
            ('csourceRegistrations', {}),
            ('temporal/entities', {'local': 'true', **EVERY_TIME}),
        ):
            found = self.call('GET', collection, {**parameters, 'limit': 1000})
            for item in found.json() if found.status_code in (200, 206) else ():
                self.call('DELETE', f'{collection}/{quote(item["id"], safe=":")}')

    def call(self, method, path, parameters=None):
        return requests.request(method, f'{self.root}/{path}', params=parameters, timeout=20)
