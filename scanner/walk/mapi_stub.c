/* mapi_stub.c - messages that stand for one that lies elsewhere, by their class. */
#include "walk/mapi_stub.h"

/* Those that only their readers can open are among them. */
static const struct {
    const char *class;
    enum gap_kind kind;
    const char *reason;
} stubs[] = {
    { "IPM.Note.EnterpriseVault.Shortcut", GAP_NOT_IN_EXPORT,
      "only the stub of a message that lies in Enterprise Vault: collect it from the vault" },
    { "IPM.Note.EnterpriseVaultShortcut", GAP_NOT_IN_EXPORT,
      "only the stub of a message that lies in Enterprise Vault: collect it from the vault" },
    { "IPM.ixos-archive", GAP_NOT_IN_EXPORT,
      "only the stub of a message that lies in an archive (OpenText, IXOS): collect it from the archive" },
    { "IPM.Note.EAS", GAP_NOT_IN_EXPORT,
      "only the stub of a message that lies in EAS (Zantaz, Autonomy, HPE, Micro Focus): collect it from the "
      "archive" },
    { "IPM.Note.CommVault.Galaxy.Stub", GAP_NOT_IN_EXPORT,
      "only the stub of a message that lies in Commvault: restore it from its archive" },
    { "IPM.Note.rpmsg.Microsoft", GAP_ENCRYPTED,
      "rights-protected message: collect it decrypted (eDiscovery export, or an account with the super user "
      "right)" },
};

/* Enterprise Vault puts its word behind the class of whatever it took (IPM.Appointment.EnterpriseVault.Shortcut), and a task behind that
 * (.DeleteMe, .RestoreMe); migration tools take any class with "shortcut" in it for a stub of some archive. */
static const char *stub_of(struct slice class)
{
    if (slice_find_nocase(class, 0, slice_str(".EnterpriseVault.Shortcut")) != SLICE_NONE)
        return "only the stub of an item that lies in Enterprise Vault: collect it from the vault";
    if (slice_find_nocase(class, 0, slice_str("shortcut")) != SLICE_NONE ||
        slice_ends_with_nocase(class, ".Stub"))
        return "only the stub of an item that lies in an archive, by its message class: collect it from the "
               "archive";
    return NULL;
}

void mapi_stub_tell(struct walk *walk, const struct mapi_bag *bag)
{
    for (size_t i = 0; i < sizeof stubs / sizeof *stubs; i++)
        if (mapi_is_class(bag, stubs[i].class)) {
            walk_gap(walk, walk->item, stubs[i].kind, GAP_STANDS_FOR_REST, NULL, "%s", stubs[i].reason);
            return;
        }
    const char *reason = stub_of(mapi_get_text(bag, MAPI_MESSAGE_CLASS));
    if (reason)
        walk_gap(walk, walk->item, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL, "%s", reason);
}
