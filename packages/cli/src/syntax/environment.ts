/** What else a command listens to, and what its exit code says; under the help of `forge` itself. */
export const surroundings = `
Exit codes:
  0    done, or nothing to do
  1    an error
  2    there are changes (plan --detailed-exitcode)
  3    some of it is done, and the same command goes on, with --approve after a
       canary; or a file is not formatted (fmt --check)
  4    somebody else holds the state
  5    the world changed under a saved plan
  6    refused by policy: a brake holds
  130  interrupted, and in order

Environment:
  FORGE_VAR_<name>  a variable, also a sensitive one
  FORGE_STATE       the state, as --state
  FORGE_LOG         info or debug: a trace on standard error, without secrets
  NO_COLOR          no colours
`
