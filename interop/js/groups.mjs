// Calls every function that Frontegg's own JavaScript client has for groups, as a
// web page would, and checks what comes back. The server is a fakefrontegg with
// -seed; FRONTEGG_BASE_URL, FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and
// FRONTEGG_TENANT_ID say where it is and who calls.

import assert from 'node:assert/strict';

// The two browser globals that the client expects. It reads
// window.location.search before every request, to see whether the page is about
// one tenant. document is for downloads, which groups do not have: it is there to
// show that nothing is asked of it.
globalThis.window = { location: { href: 'http://localhost/', search: '' } };
globalThis.document = new Proxy({}, {
  get(_, name) { throw new Error(`the client asks for document.${String(name)}`); },
});

const { ContextHolder, FronteggApiError, createApiClient } = (await import('@frontegg/rest-api')).default;

const {
  FRONTEGG_BASE_URL: baseUrl, FRONTEGG_CLIENT_ID: clientId, FRONTEGG_API_KEY: secret, FRONTEGG_TENANT_ID: tenant,
} = process.env;

// A web page has the token of its user. A token of the environment takes its
// place here, with the tenant in a header.
const login = await fetch(`${baseUrl}/auth/vendor`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ clientId, secret }),
});
assert.equal(login.status, 200);
const { token } = await login.json();

const app = 'interop';
let asked = []; // what the client sent, by its own account
ContextHolder.for(app).setContext({
  baseUrl, // the client adds /frontegg, the prefix of an account's own domain
  tokenResolver: () => token,
  additionalHeadersResolver: () => [{ key: 'frontegg-tenant-id', value: tenant }],
  beforeRequestInterceptor: (options, url) => {
    asked.push(`${options.method} ${new URL(url).pathname}${new URL(url).search}`);
    return options;
  },
});

const api = createApiClient(app).groups;
const called = new Set();
const groups = new Proxy(api, {
  get(target, name) {
    called.add(name);
    return target[name];
  },
});

// refusal returns the error that a call ends with.
async function refusal(call) {
  const error = await call.then(() => assert.fail('the call succeeded'), (e) => e);
  assert.ok(error instanceof FronteggApiError, String(error));
  return error;
}

const has = (list, id) => list.some((item) => item.id === id);
const all = { _groupsRelations: 'rolesAndUsers' };

await groups.updateGroupConfiguration({ rolesEnabled: false });
assert.deepEqual(await groups.getGroupConfiguration(), { enabled: true, rolesEnabled: false });
await groups.updateGroupConfiguration({ rolesEnabled: true });

const seeded = (await groups.getGroups(all)).groups;
assert.equal(seeded.length, 12);
const [role] = seeded[0].roles;
const [user] = seeded[0].users;
assert.ok(role.key && user.email);
assert.ok((await groups.getGroups()).groups.every((g) => g.roles.length === 0 && g.users.length === 0));

const made = await groups.createGroup({ name: 'Interop', color: '#0f0', description: 'by JavaScript', metadata: '{"a":1}' });
assert.equal(made.name, 'Interop');
assert.equal(made.managedBy, 'frontegg');
assert.deepEqual(JSON.parse(made.metadata), { a: 1 });
const groupId = made.id;

const taken = await refusal(groups.createGroup({ name: 'Interop' }));
assert.equal(taken.statusCode, 409);
assert.ok(taken.traceId, 'an error names its request');
assert.match(taken.message, /Interop/);

for (const time of ['first', 'second']) { // the second changes nothing
  await groups.addRolesToGroup(groupId, { roleIds: [role.id] });
  await groups.addUsersToGroup(groupId, { userIds: [user.id] });
  const now = await groups.getGroupById({ groupId }, all);
  assert.ok(now.roles.length === 1 && has(now.roles, role.id), time);
  assert.ok(now.users.length === 1 && has(now.users, user.id), time);
}

await groups.updateGroup({ groupId, description: '' });
const updated = await groups.getGroupById({ groupId });
assert.equal(updated.description, '');
assert.equal(updated.color, '#0f0');

const unknown = '00000000-0000-4000-8000-000000000000';
const some = (await groups.getGroupsByIds({ groupsIds: [groupId, seeded[0].id, unknown] }, all)).groups;
assert.equal(some.length, 2);
assert.ok(has(some, groupId) && has(some, seeded[0].id));
assert.ok(has(some.find((g) => g.id === groupId).users, user.id));

for (const time of ['first', 'second']) {
  await groups.deleteUsersFromGroup(groupId, { userIds: [user.id] });
  await groups.deleteRolesFromGroup(groupId, { roleIds: [role.id] });
  const now = await groups.getGroupById({ groupId }, all);
  assert.ok(now.roles.length === 0 && now.users.length === 0, time);
}

await groups.deleteGroup(groupId);
assert.equal((await refusal(groups.getGroupById({ groupId }))).statusCode, 404);
assert.equal((await refusal(groups.deleteGroup(groupId))).statusCode, 404);

// Every function was called: none is new in the client and left out here.
const functions = Object.keys(api).filter((name) => /group/i.test(name));
assert.deepEqual(functions.filter((name) => !called.has(name)), []);
assert.equal(functions.length, 12);
assert.ok(asked.every((line) => line.includes('/frontegg/identity/resources/groups/v1')), asked.join('\n'));
console.log(`${functions.length} functions, ${asked.length} requests: ${functions.join(', ')}`);
