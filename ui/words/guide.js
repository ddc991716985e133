// Owns what the set-up guide says, and what it gives to copy; refuses to touch the page.

import { t } from "../words.js";

/** The steps, in their order. */
export const STEPS = ["register", "identify", "sign-in"];

/** How far a step is. */
export const place = (step) => t("Step {number} of {count}", { number: STEPS.indexOf(step) + 1, count: STEPS.length });

export const TITLES = {
  "register": t("Register the program"),
  "identify": t("Enter the two IDs"),
  "sign-in": t("Sign in"),
  "done": t("Ready"),
};

export const WHY_REGISTER = t("Presence Tray signs in with an app registration of your own organisation. It is made once, for everybody.");
export const WHO = t("Who registers it");
export const I_MAY = t("I manage Microsoft Entra ID");
export const I_MAY_NOT = t("Ask my administrator");
export const HAVE_IDS = t("I have the IDs");

/** What is to be done in the portal; what stands on its screen is between asterisks. */
export const PORTAL = [
  t("Open entra.microsoft.com and choose *App registrations*, then *New registration*."),
  t("Under *Supported account types* choose this organisation only."),
  t("Under *Redirect URI* choose *Public client/native (mobile & desktop)* and enter *http://localhost*."),
  t("After *Register*, open *Authentication* and turn on *Allow public client flows*."),
  t("Open *API permissions*, *Add a permission*, *Microsoft Graph*, *Delegated permissions*, and add *Presence.ReadWrite*."),
];

export const BY_AZ = t("As a command for the Azure CLI");
export const AZ_NAME = t("Command for the Azure CLI");
export const AZ = `az ad app create --display-name "Presence Tray" \\
  --sign-in-audience AzureADMyOrg \\
  --is-fallback-public-client true \\
  --public-client-redirect-uris http://localhost \\
  --required-resource-accesses '[{"resourceAppId":"00000003-0000-0000-c000-000000000000","resourceAccess":[{"id":"8d3c54a7-cf58-4773-bf81-c0cd6ad522bb","type":"Scope"}]}]'`;

export const BY_POWERSHELL = t("As a command for PowerShell");
export const POWERSHELL_NAME = t("Command for PowerShell");
export const POWERSHELL = `Connect-MgGraph -Scopes Application.ReadWrite.All
New-MgApplication -DisplayName "Presence Tray" \`
  -SignInAudience AzureADMyOrg -IsFallbackPublicClient \`
  -PublicClient @{ RedirectUris = @("http://localhost") } \`
  -RequiredResourceAccess @(@{
    ResourceAppId = "00000003-0000-0000-c000-000000000000"
    ResourceAccess = @(@{ Id = "8d3c54a7-cf58-4773-bf81-c0cd6ad522bb"; Type = "Scope" })
  })`;

export const ASK = t("Send this message to whoever looks after Microsoft Entra ID:");
export const MESSAGE_NAME = t("Message to your administrator");
export const MESSAGE = [
  t("Hello,"),
  t("I would like to use Presence Tray, a program that keeps my Microsoft Teams presence. It needs an app registration in our Microsoft Entra ID, once for everybody:"),
  [
    t("- single tenant, platform \"Mobile and desktop applications\", redirect URI http://localhost"),
    t("- \"Allow public client flows\" turned on; no secret, no certificate"),
    t("- one permission: Microsoft Graph, delegated, Presence.ReadWrite. With it the program sets and reads the presence of whoever signs in, and nothing else."),
  ].join("\n"),
  t("As a command for the Azure CLI:"),
  AZ,
  t("If people may not consent by themselves, grant consent for all of them:"),
  t("az ad app permission admin-consent --id <application ID>"),
  t("or open https://login.microsoftonline.com/<tenant ID>/v2.0/adminconsent?client_id=<application ID>&scope=https://graph.microsoft.com/Presence.ReadWrite&redirect_uri=http://localhost"),
  t("Please send me the application (client) ID and the directory (tenant) ID."),
  t("Thank you!"),
].join("\n\n");

export const WHERE_IDS = t("Both stand on the Overview page of the app registration.");
export const CLIENT = {
  label: t("Application (client) ID"),
  hint: t("It names the registration and is no secret."),
  example: "22553876-f5ab-4529-bffb-cfe50aa89f87",
};
export const TENANT = {
  label: t("Directory (tenant) ID, or a domain of your organisation"),
  hint: t("Leave it empty only if the registration is for several organisations."),
  example: "contoso.com",
};
export const NO_GUID = t("An ID has 32 digits and letters a to f, in five groups: 22553876-f5ab-4529-bffb-cfe50aa89f87.");
export const NO_TENANT = t("Enter an ID in five groups, or a domain such as contoso.com.");
export const CLOUD = t("Microsoft cloud");
export const CLOUDS = {
  "global": "Microsoft 365",
  "us-gov-high": "US Government GCC High",
  "us-gov-dod": "US Government DoD",
};
export const NOT_CHINA = t("Microsoft 365 operated by 21Vianet (China) does not let programs set presence.");
export const CHECK = t("Check and continue");
export const CHECKING = t("Asking Microsoft’s sign-in service…");
export const GO_ON = t("Continue anyway");
export const BACK = t("Back");

export const SIGN_IN = t("Use your work or school account.");

/** Where a person finds the icon on their system. */
export function whereTheIconIs(userAgent) {
  if (/Windows/.test(userAgent)) return t("The icon is in the notification area beside the clock. If you do not see it, click the arrow there and drag the icon out.");
  if (/Mac OS/.test(userAgent)) return t("The icon is in the menu bar at the top of the screen.");
  return t("The icon is in the tray of your panel.");
}

export const AT_LOGIN = t("Start Presence Tray when I log in");
export const CLOSE = t("Choose a status");
