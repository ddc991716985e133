; The installer for one person on Windows: no administrator, and nothing outside that person's profile and registry.
; makensis -DPARTS=<folder> -DICON=<file> -DVERSION=<major.minor.patch> -DOUT=<file> installer.nsi

Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestLongPathAware true
RequestExecutionLevel user

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh

!define NAME "Presence Tray"
!define APP_ID "app.presence-tray"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL}" InstallLocation
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey LegalCopyright "MIT or Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\presence-tray.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German

LangString FORGET ${LANG_ENGLISH} "Also sign out, and delete your settings and history?"
LangString FORGET ${LANG_GERMAN} "Auch abmelden und Ihre Einstellungen und den Verlauf löschen?"

; Windows lets nobody write over a program that runs, but it may be renamed: an upgrade ends nothing, and the status
; stays held by the old program until the next start.
!macro Put NAME
    Delete "$INSTDIR\${NAME}.old"
    Rename "$INSTDIR\${NAME}" "$INSTDIR\${NAME}.old"
    File "${PARTS}/${NAME}"
    Delete "$INSTDIR\${NAME}.old"
!macroend

; A program that was told to quit is in use until it has ended, and a scanner may read it for some seconds.
!macro Take NAME
    ${ForEach} $1 1 100 + 1
        ClearErrors
        Delete "$INSTDIR\${NAME}"
        Delete "$INSTDIR\${NAME}.old"
        ${IfNot} ${Errors}
            ${Break}
        ${EndIf}
        Sleep 100
    ${Next}
!macroend

Section
    SetOutPath "$INSTDIR"
    !insertmacro Put presence-tray.exe
    !insertmacro Put presence-tray.com
    !insertmacro Put presence-tray-window.exe
    !insertmacro Put WebView2Loader.dll
    File "${PARTS}/licences.json"
    File "${PARTS}/installed-by"
    CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\presence-tray.exe"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr HKCU "${UNINSTALL}" DisplayName "${NAME}"
    WriteRegStr HKCU "${UNINSTALL}" DisplayVersion "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" DisplayIcon "$INSTDIR\presence-tray.exe"
    WriteRegStr HKCU "${UNINSTALL}" Publisher "The Presence Tray contributors"
    WriteRegStr HKCU "${UNINSTALL}" InstallLocation "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" NoModify 1
    WriteRegDWORD HKCU "${UNINSTALL}" NoRepair 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    IntFmt $0 "0x%08X" $0
    WriteRegDWORD HKCU "${UNINSTALL}" EstimatedSize "$0"
SectionEnd

Section Uninstall
    ; It exits with 1 where it was not running.
    nsExec::Exec '"$INSTDIR\presence-tray.exe" quit'
    Pop $0
    ${IfNot} ${Silent}
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(FORGET)" IDNO keep
        nsExec::Exec '"$INSTDIR\presence-tray.exe" sign-out'
        Pop $0
        RMDir /r "$APPDATA\presence-tray"
        RMDir /r "$LOCALAPPDATA\presence-tray"
        keep:
    ${EndIf}
    !insertmacro Take presence-tray.exe
    !insertmacro Take presence-tray.com
    !insertmacro Take presence-tray-window.exe
    !insertmacro Take WebView2Loader.dll
    ; The window's browser engine has a folder of its own, which it uses for some seconds longer.
    ${ForEach} $1 1 100 + 1
        RMDir /r "$LOCALAPPDATA\${APP_ID}"
        ${IfNot} ${FileExists} "$LOCALAPPDATA\${APP_ID}\*.*"
            ${Break}
        ${EndIf}
        Sleep 100
    ${Next}
    Delete "$INSTDIR\licences.json"
    Delete "$INSTDIR\installed-by"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\${NAME}.lnk"
    ; What the program writes for itself.
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${NAME}"
    DeleteRegKey HKCU "Software\Classes\AppUserModelId\${APP_ID}"
    DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
