// Takes a file of the simulator's first datastore away: what the system has not written to the disk yet does not slow the next run.
export const removeFile = async (client, path) => {
  const query = { of: { under: client.content.rootFolder }, properties: { Datacenter: ['name'] } }
  for await (const { ref } of client.retrieve(query)) await client.datastores.remove(ref, `[LocalDS_0] ${path}`)
}
