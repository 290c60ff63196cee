// Calls groups and lookups with @frontegg/client, Frontegg's package for servers, and
// checks the results. It sends the token in the header x-access-token. The server is a
// fakefrontegg with -seed, configured with FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY,
// FRONTEGG_TENANT_ID and the variables of the package: FRONTEGG_API_GATEWAY_URL and
// FRONTEGG_AUTHENTICATION_SERVICE_URL.

import assert from 'node:assert/strict';

const { FronteggAuthenticator, HttpClient } = (await import('@frontegg/client')).default;

const {
  FRONTEGG_API_GATEWAY_URL: baseURL, FRONTEGG_CLIENT_ID: clientId, FRONTEGG_API_KEY: apiKey, FRONTEGG_TENANT_ID: tenant,
} = process.env;

const authenticator = new FronteggAuthenticator();
await authenticator.init(clientId, apiKey);
const http = new HttpClient(authenticator, { baseURL, validateStatus: () => true });
const headers = { 'frontegg-tenant-id': tenant };
let requests = 0;

// send returns the data of a response, which must have the given status.
async function send(status, method, path, body, tenantHeaders = headers) {
  requests += 1;
  const response = await (['get', 'delete'].includes(method)
    ? http[method](path, tenantHeaders, body)
    : http[method](path, body, tenantHeaders));
  assert.equal(response.status, status, `${method} ${path}: ${JSON.stringify(response.data)}`);
  return response.data;
}

const groups = 'identity/resources/groups/v1';
const users = 'identity/resources/users/v3';

const { items: roles } = await send(200, 'get', 'identity/resources/roles/v2?_sortBy=key');
const role = roles.find((r) => r.key === 'editor');
const { items: [user] } = await send(200, 'get', `${users}?_email=${encodeURIComponent('ada.abel@acme.example')}`);
assert.ok(role.id && user.id);
assert.equal((await send(200, 'get', 'identity/resources/users/v1/email?email=ada.abel%40acme.example', undefined, {})).id, user.id);

const { id } = await send(201, 'post', groups, { name: 'Interop' });
await send(201, 'post', `${groups}/${id}/roles`, { roleIds: [role.id] });
await send(201, 'post', `${groups}/${id}/users`, { userIds: [user.id] });
const group = await send(200, 'get', `${groups}/${id}/?_groupsRelations=rolesAndUsers`);
assert.deepEqual([group.roles[0].id, group.users[0].email], [role.id, user.email]);
const [membership] = await send(200, 'get', `${users}/groups?ids=${user.id}`);
assert.ok(membership.groupIds.includes(id));
await send(200, 'patch', `${groups}/${id}`, { color: '#0f0' });
await send(200, 'delete', `${groups}/${id}/users`, { userIds: [user.id] });
await send(200, 'delete', `${groups}/${id}/roles`, { roleIds: [role.id] });
await send(200, 'delete', `${groups}/${id}`);

const { items: tenants } = await send(200, 'get', 'tenants/resources/tenants/v2', undefined, {});
assert.deepEqual(tenants.map((t) => t.tenantId), [tenant]);
const forbidden = await send(403, 'get', 'tenants/resources/tenants/v2');
assert.deepEqual(forbidden.errors, ['Tenant ID is defined - forbidden route for tenants']);
assert.deepEqual((await send(403, 'get', groups, undefined, {})).errors, ['Tenant ID is not specified']);

await authenticator.shutdown();
console.log(`${requests} requests with x-access-token`);
