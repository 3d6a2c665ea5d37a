#!/usr/bin/env node
import module from 'node:module'

// Only Node 22 and later have it; a named import would be a syntax error on 20.
module.enableCompileCache?.()
await import('../bundle/forge.js')
