/** What the command line understands. */
export const usage = `Usage: scim-directory-bridge COMMAND [OPTIONS]

  serve   --config FILE
          Serves SCIM until it is told to stop (SIGTERM, SIGINT); reads its tokens again when it is told
          to (SIGHUP).
  check   --config FILE [--tenant NAME]
          Checks the settings and the live directory, and says everything that is wrong.
  preview --config FILE [--tenant NAME] METHOD PATH [--body FILE]
          Prints the LDIF that a request would become, and writes nothing:
          preview --config bridge.yaml POST /Users --body user.json
  brake   --config FILE [--tenant NAME] [--release]
          Shows how the brake stands that stops mass deletions, or releases it.
  health  --config FILE
          Asks the bridge that runs on this machine whether it is ready.
  token   [--name NAME] [--expires DATE] [--rights read,users,groups]
          Makes a bearer token, and prints it with the lines for the settings.

  --help     prints this
  --version  prints the version

Without --tenant, check is about all tenants, preview and brake are about that of the sections at
the top of the settings.

Settings come from the file and from environment variables over it, such as SCIM_HTTP_PORT or
SCIM_DIRECTORY_BIND_PASSWORD_FILE; docs/configuration.md lists them all.

Exit codes: 0 done, 1 failed, not ready, or the brake is on, 64 wrong arguments, 69 directory unreachable, 78 wrong settings.`

/** Arguments that make no sense; the message says why. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UsageError'
  }
}
