// Owns what the set-up guide says, and what it gives to copy; refuses to touch the page.

/** The steps, in their order. */
export const STEPS = ["register", "identify", "sign-in"];

/** How far a step is. */
export const place = (step) => `Step ${STEPS.indexOf(step) + 1} of ${STEPS.length}`;

export const TITLES = {
  "register": "Register the program",
  "identify": "Enter the two IDs",
  "sign-in": "Sign in",
  "done": "Ready",
};

export const WHY_REGISTER = "Presence Tray signs in with an app registration of your own organisation. It is made once, for everybody.";
export const WHO = "Who registers it";
export const I_MAY = "I manage Microsoft Entra ID";
export const I_MAY_NOT = "Ask my administrator";
export const HAVE_IDS = "I have the IDs";

/** What is to be done in the portal; what stands on its screen is between asterisks. */
export const PORTAL = [
  "Open entra.microsoft.com and choose *App registrations*, then *New registration*.",
  "Under *Supported account types* choose this organisation only.",
  "Under *Redirect URI* choose *Public client/native (mobile & desktop)* and enter *http://localhost*.",
  "After *Register*, open *Authentication* and turn on *Allow public client flows*.",
  "Open *API permissions*, *Add a permission*, *Microsoft Graph*, *Delegated permissions*, and add *Presence.ReadWrite*.",
];

export const BY_AZ = "As a command for the Azure CLI";
export const AZ_NAME = "Command for the Azure CLI";
export const AZ = `az ad app create --display-name "Presence Tray" \\
  --sign-in-audience AzureADMyOrg \\
  --is-fallback-public-client true \\
  --public-client-redirect-uris http://localhost \\
  --required-resource-accesses '[{"resourceAppId":"00000003-0000-0000-c000-000000000000","resourceAccess":[{"id":"8d3c54a7-cf58-4773-bf81-c0cd6ad522bb","type":"Scope"}]}]'`;

export const BY_POWERSHELL = "As a command for PowerShell";
export const POWERSHELL_NAME = "Command for PowerShell";
export const POWERSHELL = `Connect-MgGraph -Scopes Application.ReadWrite.All
New-MgApplication -DisplayName "Presence Tray" \`
  -SignInAudience AzureADMyOrg -IsFallbackPublicClient \`
  -PublicClient @{ RedirectUris = @("http://localhost") } \`
  -RequiredResourceAccess @(@{
    ResourceAppId = "00000003-0000-0000-c000-000000000000"
    ResourceAccess = @(@{ Id = "8d3c54a7-cf58-4773-bf81-c0cd6ad522bb"; Type = "Scope" })
  })`;

export const ASK = "Send this message to whoever looks after Microsoft Entra ID:";
export const MESSAGE_NAME = "Message to your administrator";
export const MESSAGE = `Hello,

I would like to use Presence Tray, a program that keeps my Microsoft Teams presence. It needs an app registration in our Microsoft Entra ID, once for everybody:

- single tenant, platform "Mobile and desktop applications", redirect URI http://localhost
- "Allow public client flows" turned on; no secret, no certificate
- one permission: Microsoft Graph, delegated, Presence.ReadWrite. With it the program sets and reads the presence of whoever signs in, and nothing else.

As a command for the Azure CLI:

${AZ}

If people may not consent by themselves, grant consent for all of them:

az ad app permission admin-consent --id <application ID>

or open https://login.microsoftonline.com/<tenant ID>/v2.0/adminconsent?client_id=<application ID>&scope=https://graph.microsoft.com/Presence.ReadWrite&redirect_uri=http://localhost

Please send me the application (client) ID and the directory (tenant) ID.

Thank you!`;

export const WHERE_IDS = "Both stand on the Overview page of the app registration.";
export const CLIENT = {
  label: "Application (client) ID",
  hint: "It names the registration and is no secret.",
  example: "22553876-f5ab-4529-bffb-cfe50aa89f87",
};
export const TENANT = {
  label: "Directory (tenant) ID, or a domain of your organisation",
  hint: "Leave it empty only if the registration is for several organisations.",
  example: "contoso.com",
};
export const NO_GUID = "An ID has 32 digits and letters a to f, in five groups: 22553876-f5ab-4529-bffb-cfe50aa89f87.";
export const NO_TENANT = "Enter an ID in five groups, or a domain such as contoso.com.";
export const CLOUD = "Microsoft cloud";
export const CLOUDS = {
  "global": "Microsoft 365",
  "us-gov-high": "US Government GCC High",
  "us-gov-dod": "US Government DoD",
};
export const NOT_CHINA = "Microsoft 365 operated by 21Vianet (China) does not let programs set presence.";
export const CHECK = "Check and continue";
export const CHECKING = "Asking Microsoft’s sign-in service…";
export const GO_ON = "Continue anyway";
export const BACK = "Back";

export const SIGN_IN = "Use your work or school account.";

/** Where a person finds the icon on their system. */
export function whereTheIconIs(userAgent) {
  if (/Windows/.test(userAgent)) return "The icon is in the notification area beside the clock. If you do not see it, click the arrow there and drag the icon out.";
  if (/Mac OS/.test(userAgent)) return "The icon is in the menu bar at the top of the screen.";
  return "The icon is in the tray of your panel.";
}

export const AT_LOGIN = "Start Presence Tray when I log in";
export const CLOSE = "Choose a status";
