// What is known of install scripts, as rows. Programs by what running them means; APIs of Node by what calling them
// does; strings by what a script that names them is after. Sources: the manuals of the tools, Node's documentation,
// and what published reports of malicious packages describe.
#ifndef LOOPLINT_ANALYZER_FACTS_INSTALL_ROWS_H_
#define LOOPLINT_ANALYZER_FACTS_INSTALL_ROWS_H_

#include <string_view>

#include "analyzer/facts/install_behaviour.h"

namespace looplint::internal {

// Programs that build addons or fetch them prebuilt from where the package says.
inline constexpr std::string_view kNativeTools[] = {"node-gyp",
                                                    "node-pre-gyp",
                                                    "prebuild-install",
                                                    "node-gyp-build",
                                                    "cmake-js",
                                                    "prebuild",
                                                    "prebuildify",
                                                    "napi",
                                                    "make",
                                                    "cmake",
                                                    "gcc",
                                                    "g++",
                                                    "clang",
                                                    "cargo",
                                                    "neon",
                                                    "prebuildr",
                                                    "node-gyp-build-optional-packages",
                                                    "electron-rebuild",
                                                    "electron-builder",
                                                    "napi-postinstall",
                                                    "pkg-prebuilds-verify",
                                                    "pkg-prebuilds-copy",
                                                    "pkg-prebuilds",
                                                    "cmake-ts",
                                                    "cargo-cp-artifact",
                                                    "xcodebuild",
                                                    "gyp",
                                                    "autogypi"};

// Programs that reach for the network.
inline constexpr std::string_view kDownloaders[] = {
    "curl", "wget", "aria2c", "certutil", "bitsadmin", "Invoke-WebRequest", "iwr"};
// Programs that resolve or open what they are given: a way to send data out in a name.
inline constexpr std::string_view kBeacons[] = {"curl", "wget", "nslookup", "dig",   "host",  "ping",
                                                "nc",   "ncat", "netcat",   "socat", "telnet"};
// Programs that run what they are fed.
inline constexpr std::string_view kInterpreters[] = {
    "sh",         "bash",           "zsh",  "dash", "ksh",     "node",      "python", "python3", "perl", "ruby", "php",
    "powershell", "powershell.exe", "pwsh", "cmd",  "cmd.exe", "osascript", "bun",    "deno",    "tsx"};
// Names of modules and methods that nobody has a reason to put together from pieces or to encode.
inline constexpr std::string_view kHiddenNames[] = {
    "child_process", "https",    "http",     "http2", "net",       "dns",  "tls",      "dgram",       "vm",
    "exec",          "execSync", "execFile", "spawn", "spawnSync", "eval", "Function", "constructor", "process.env"};
// Hosts of Windows that run what an address or a share names.
inline constexpr std::string_view kScriptHosts[] = {"mshta",    "mshta.exe",    "rundll32",   "rundll32.exe",
                                                    "regsvr32", "regsvr32.exe", "msiexec",    "msiexec.exe",
                                                    "cscript",  "wscript",      "installutil"};
// Package managers, for what they are told to fetch.
inline constexpr std::string_view kPackageManagers[] = {"npm", "yarn", "pnpm", "npx", "bunx",
                                                        "pip", "pip3", "gem",  "go",  "deno"};

struct CommandAct {
  std::string_view command;  // the program and what has to stand behind it, in this order, with anything between
  InstallAct act;
  std::string_view what;
};
inline constexpr CommandAct kCommandActs[] = {
    {"schtasks /create", InstallAct::kWritesOutside, "scheduled jobs"},
    {"systemctl enable", InstallAct::kWritesOutside, "services of the machine"},
    {"launchctl load", InstallAct::kWritesOutside, "programs started at login"},
    {"launchctl bootstrap", InstallAct::kWritesOutside, "programs started at login"},
    {"reg add", InstallAct::kWritesOutside, "the registry of Windows"},
    {"npm config set", InstallAct::kWritesOutside, "the settings of npm"},
    {"yarn config set", InstallAct::kWritesOutside, "the settings of Yarn"},
    {"git config --global", InstallAct::kWritesOutside, "the settings of git"},
    {"gh auth token", InstallAct::kReadsSecrets, "the token of gh"},
    {"gh repo create", InstallAct::kPublishes, "gh repo create"},
    {"gh gist create", InstallAct::kPublishes, "gh gist create"},
    {"npm publish", InstallAct::kPublishes, "npm publish"},
    {"npm token", InstallAct::kPublishes, "npm token"},
    {"security find-generic-password", InstallAct::kReadsSecrets, "the keychain"},
    {"security dump-keychain", InstallAct::kReadsSecrets, "the keychain"},
    {"secret-tool lookup", InstallAct::kReadsSecrets, "the keyring"},
};

// What tells a machine or its user apart.
inline constexpr std::string_view kIdentityPrograms[] = {"whoami", "hostname", "id",       "uname", "ifconfig",
                                                         "ip",     "ipconfig", "printenv", "env",   "set"};

// Those that have no other use.
inline constexpr std::string_view kIdentityCommands[] = {"whoami",   "hostname",   "ifconfig",
                                                         "ipconfig", "systeminfo", "printenv"};

struct ApiAct {
  std::string_view api;  // canonical name, or its beginning up to and with the last dot
  InstallAct act;
};
inline constexpr ApiAct kApiActs[] = {
    {"child_process.", InstallAct::kRunsProgram}, {"http.get", InstallAct::kNetwork},
    {"http.request", InstallAct::kNetwork},       {"https.get", InstallAct::kNetwork},
    {"https.request", InstallAct::kNetwork},      {"http2.connect", InstallAct::kNetwork},
    {"net.connect", InstallAct::kNetwork},        {"net.createConnection", InstallAct::kNetwork},
    {"tls.connect", InstallAct::kNetwork},        {"dgram.createSocket", InstallAct::kNetwork},
    {"net.Socket", InstallAct::kNetwork},         {"dns.", InstallAct::kNetwork},
    {"dnsPromises.", InstallAct::kNetwork},       {"global.fetch", InstallAct::kNetwork},
    {"global.eval", InstallAct::kEvaluates},      {"vm.", InstallAct::kEvaluates},
    {"global.atob", InstallAct::kDecodes},        {"os.hostname", InstallAct::kIdentifiesHost},
    {"os.userInfo", InstallAct::kIdentifiesHost}, {"os.networkInterfaces", InstallAct::kIdentifiesHost},
    {"os.tmpdir", InstallAct::kTemporary},
};

// Packages whose purpose is to speak over the network.
inline constexpr std::string_view kHttpClients[] = {
    "axios", "got", "node-fetch", "request", "needle", "superagent", "undici", "phin", "bent", "make-fetch-happen",
    "cross-fetch", "follow-redirects", "ws", "simple-get", "request-promise",
    // Those that fetch a program for whoever asks.
    "@electron/get", "@puppeteer/browsers", "electron-download", "download", "node-downloader-helper",
    "@prisma/fetch-engine", "bin-wrapper", "@xhmikosr/bin-wrapper", "@localnerve/bin-wrapper", "bin-build", "binwrap",
    "binary-install", "go-npm", "nugget", "@nwutils/getter", "cldr-data-downloader", "playwright-core",
    "mongodb-memory-server-core", "@derhuerst/http-basic", "@octokit/rest", "octokit", "ky", "ofetch", "wget-improved"};

struct TextAct {
  std::string_view text;  // part of a string literal
  InstallAct act;
  std::string_view what;
};
inline constexpr TextAct kTextActs[] = {
    {".npmrc", InstallAct::kReadsSecrets, "npm's tokens (.npmrc)"},
    {"_authToken", InstallAct::kReadsSecrets, "npm's tokens"},
    {".ssh/", InstallAct::kReadsSecrets, "SSH keys"},
    {".ssh", InstallAct::kReadsSecrets, "SSH keys"},
    {"id_rsa", InstallAct::kReadsSecrets, "SSH keys"},
    {"id_ed25519", InstallAct::kReadsSecrets, "SSH keys"},
    {".aws", InstallAct::kReadsSecrets, "AWS credentials"},
    {".netrc", InstallAct::kReadsSecrets, "passwords in .netrc"},
    {".docker/config.json", InstallAct::kReadsSecrets, "Docker credentials"},
    {".kube/config", InstallAct::kReadsSecrets, "Kubernetes credentials"},
    {".git-credentials", InstallAct::kReadsSecrets, "git credentials"},
    {".bash_history", InstallAct::kReadsSecrets, "the shell's history"},
    {"/etc/passwd", InstallAct::kReadsSecrets, "the accounts of the machine"},
    {"/etc/shadow", InstallAct::kReadsSecrets, "the passwords of the machine"},
    {"wallet.dat", InstallAct::kReadsSecrets, "cryptocurrency wallets"},
    {"exodus.wallet", InstallAct::kReadsSecrets, "cryptocurrency wallets"},
    {"solana/id.json", InstallAct::kReadsSecrets, "cryptocurrency wallets"},
    {".electrum", InstallAct::kReadsSecrets, "cryptocurrency wallets"},
    {"nkbihfbeogaeaoehlefnkodbefgpgknn", InstallAct::kReadsSecrets, "a browser's wallet"},
    {"User Data/Default", InstallAct::kReadsSecrets, "what a browser keeps"},
    {"cookies.sqlite", InstallAct::kReadsSecrets, "what a browser keeps"},
    {"gcloud/application_default_credentials", InstallAct::kReadsSecrets, "Google Cloud credentials"},
    {".azure/", InstallAct::kReadsSecrets, "Azure credentials"},
    {".config/gh/hosts.yml", InstallAct::kReadsSecrets, "the token of gh"},
    {"--dangerously-skip-permissions", InstallAct::kAssistant, "a coding assistant"},
    {"--yolo", InstallAct::kAssistant, "a coding assistant"},
    {"--trust-all-tools", InstallAct::kAssistant, "a coding assistant"},
    {"Local Storage/leveldb", InstallAct::kReadsSecrets, "a browser's or chat client's storage"},
    {"Login Data", InstallAct::kReadsSecrets, "passwords a browser keeps"},
    {"169.254.169.254", InstallAct::kReadsSecrets, "the cloud's credentials service"},
    {"metadata.google.internal", InstallAct::kReadsSecrets, "the cloud's credentials service"},
    {"trufflehog", InstallAct::kReadsSecrets, "secrets in files (trufflehog)"},
    {"NPM_TOKEN", InstallAct::kReadsSecrets, "NPM_TOKEN"},
    {"GITHUB_TOKEN", InstallAct::kUsesToken, "GITHUB_TOKEN"},
    {"AWS_SECRET_ACCESS_KEY", InstallAct::kReadsSecrets, "AWS_SECRET_ACCESS_KEY"},
    {"npm publish", InstallAct::kPublishes, "npm publish"},
    {"npm token", InstallAct::kPublishes, "npm token"},
    {".github/workflows", InstallAct::kWritesOutside, "CI workflows"},
    {".bashrc", InstallAct::kWritesOutside, "the shell's start-up files"},
    {".bash_profile", InstallAct::kWritesOutside, "the shell's start-up files"},
    {".zshrc", InstallAct::kWritesOutside, "the shell's start-up files"},
    {"LaunchAgents", InstallAct::kWritesOutside, "programs started at login"},
    {"CurrentVersion/Run", InstallAct::kWritesOutside, "programs started at login"},
    {"folderOpen", InstallAct::kWritesOutside, "a task that an editor starts with the folder"},
    {"crontab", InstallAct::kWritesOutside, "scheduled jobs"},
    {"authorized_keys", InstallAct::kWritesOutside, "who may log in"},
    {"/etc/hosts", InstallAct::kWritesOutside, "the machine's name table"},
};

// Variables that hold a token of GitHub, which downloads from there are asked for with; and the hosts that may see it.
inline constexpr std::string_view kGithubTokens[] = {"GITHUB_TOKEN", "GH_TOKEN"};
inline constexpr std::string_view kGithubHosts[] = {
    "github.com",          "api.github.com",    "objects.githubusercontent.com", "raw.githubusercontent.com",
    "codeload.github.com", "uploads.github.com"};

// Names in process.env that hold credentials.
inline constexpr std::string_view kSecretVariables[] = {"NPM_TOKEN",
                                                        "NODE_AUTH_TOKEN",
                                                        "GITHUB_TOKEN",
                                                        "GH_TOKEN",
                                                        "AWS_SECRET_ACCESS_KEY",
                                                        "AWS_ACCESS_KEY_ID",
                                                        "AWS_SESSION_TOKEN",
                                                        "GOOGLE_APPLICATION_CREDENTIALS",
                                                        "AZURE_CLIENT_SECRET",
                                                        "CI_JOB_TOKEN",
                                                        "SSH_AUTH_SOCK",
                                                        "GITLAB_TOKEN",
                                                        "CIRCLE_TOKEN"};

}  // namespace looplint::internal

#endif  // LOOPLINT_ANALYZER_FACTS_INSTALL_ROWS_H_
