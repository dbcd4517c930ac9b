/* suppress_link.c - suppressors for URLs that only count readers, unsubscribe them, or lead through a filter. */
#include "match/suppress_scene.h"

#define URL_ENDS "\"'<>()[]{}|\\^`"

/* A URL around the secret, cut up. */
struct link {
    size_t from, to; /* in the view */
    struct slice host, rest;
    size_t rest_from;
};

/* The innermost "http://" or "https://" before the secret begins it. */
static size_t last_scheme(struct slice run, size_t most)
{
    size_t found = SLICE_NONE;
    for (size_t at = 0; (at = slice_find_nocase(run, at, slice_str("://"))) != SLICE_NONE && at < most;
         at += 3)
        found = at + 3;
    return found;
}

static bool find_link(const struct suppress_scene *scene, struct link *link)
{
    struct suppress_noise run;
    suppress_run(scene, 0, scene->text.len, URL_ENDS, &run);
    if (run.to - run.from > 8192)
        return false;
    struct slice url = suppress_text(scene, run.from, run.to);
    size_t host = last_scheme(url, scene->from - run.from);
    if (host == SLICE_NONE)
        return false;
    size_t end = host;
    while (end < url.len && !strchr("/?#", url.ptr[end]))
        end++;
    link->host = slice_sub(url, host, end - host);
    link->rest = slice_skip(url, end);
    link->from = run.from;
    link->to = run.to;
    link->rest_from = run.from + end;
    return scene->from > link->rest_from && slice_find_byte(link->host, 0, '@') == SLICE_NONE;
}

static bool has_any(struct slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_find_nocase(text, 0, slice_str(words[i])) != SLICE_NONE)
            return true;
    return false;
}

static bool begins_with_any(struct slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts_with_nocase(text, words[i]))
            return true;
    return false;
}

/* What a link does that opens something: then it is no noise, whatever else it says. */
static bool is_opening(const struct link *link)
{
    static const char *const words[] = { "reset",      "passw",    "login",  "signin",  "sign-in",
                                         "magic",      "invit",    "verif",  "activ",   "access_token",
                                         "id_token",   "api_key",  "apikey", "secret",  "session",
                                         "signature=", "sig=",     "x-amz-", "x-goog-", "code=",
                                         "otp",        "authoriz", "oauth",  "sso",     "recover",
                                         "saml",       "passcode", "pwd=",   "auth=",   "callback" };
    return has_any(link->rest, words, sizeof words / sizeof *words);
}

static struct slice link_path(const struct link *link)
{
    return slice_sub(link->rest, 0, slice_find_byte(link->rest, 0, '?'));
}

static bool is_in_field(const struct suppress_scene *scene, const char *names)
{
    struct suppress_field field;
    return suppress_field(scene, &field) && suppress_is_listed(field.name, names);
}

/* The words of the match are part of the link (`?token=`), so what the link is for decides. */
static void take_rest(const struct link *link, struct suppress_noise *noise)
{
    *noise = (struct suppress_noise){ link->rest_from, link->to, true };
}

static bool finds_unsubscribe(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char *const words[] = { "unsubscri",
                                         "optout",
                                         "opt-out",
                                         "opt_out",
                                         "disable_email",
                                         "list-manage",
                                         "desabon",
                                         "abmelde",
                                         "abbestell",
                                         "darse-de-baja",
                                         "email/subscribe",
                                         "newsletter/subscri",
                                         "email-preferences",
                                         "email_preferences",
                                         "subscription_management",
                                         "/unsub",
                                         "desinscri",
                                         "desinscre",
                                         "cancelar-suscripcion",
                                         "disiscri",
                                         "afmelden",
                                         "uitschrij",
                                         "wypisz",
                                         "odhlas",
                                         "otpis",
                                         "avregistrer",
                                         "avprenumer",
                                         "abonelikten",
                                         "preference-center",
                                         "preferencecenter",
                                         "manage-subscription",
                                         "manage_subscription" };
    static const char *const hosts[] = { "unsubscribe.", "preferences.", "optout.", "opt-out.", "abmelden." };
    struct link link;
    if (!find_link(scene, &link) || is_opening(&link))
        return false;
    take_rest(&link, noise);
    return has_any(link_path(&link), words, sizeof words / sizeof *words) ||
           begins_with_any(link.host, hosts, sizeof hosts / sizeof *hosts) ||
           is_in_field(scene, "list-unsubscribe|list-help|list-subscribe|list-post|list-owner|list-archive");
}

static bool is_tracking_link(const struct link *link)
{
    static const char *const paths[] = {
        "/wf/open",   "/wf/click", "/ls/click", "/ls/open",    "/track/open", "/track/click", "/trk/",
        "/pixel",     "/beacon",   "/open.gif", "/o.gif",      "/e2t/",       "/CL0/",        "/ss/c/",
        "/open.aspx", "/open.php", "/t.gif",    "/spacer.gif", "/uni/ss/",    "/track/",      "/1x1"
    };
    static const char *const hosts[] = {
        "click.",          "clicks.",     "track.",           "tracking.",       "trk.",
        "list-manage.com", "awstrack.me", "hubspotlinks.com", "mandrillapp.com", "sendgrid.net",
        "mailtrack.io",    "mjt.lu",      "ct.sendgrid",      "exct.net"
    };
    return has_any(link_path(link), paths, sizeof paths / sizeof *paths) ||
           has_any(link->host, hosts, sizeof hosts / sizeof *hosts);
}

/* An <img> of one pixel, or a hidden one, around the link. */
static bool is_in_pixel(const struct suppress_scene *scene, const struct link *link)
{
    static const char *const signs[] = { "width=\"1\"", "height=\"1\"", "width=1 ",     "height=1 ",
                                         "width='1'",   "width=\"0\"",  "height=\"0\"", "width:1px",
                                         "height:1px",  "display:none", "width: 1px" };
    size_t from = link->from;
    while (from > 0 && link->from - from < 2048 && scene->text.ptr[from - 1] != '<' &&
           scene->text.ptr[from - 1] != '>')
        from--;
    struct slice tag = slice_sub(scene->text, from, link->to - from + 512);
    tag = slice_sub(tag, 0, slice_find_byte(tag, 0, '>'));
    return suppress_may_look(scene, tag.len) && slice_starts_with_nocase(tag, "img ") &&
           has_any(tag, signs, sizeof signs / sizeof *signs);
}

static bool finds_tracking(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct link link;
    if (!find_link(scene, &link) || is_opening(&link))
        return false;
    take_rest(&link, noise);
    return is_tracking_link(&link) || is_in_pixel(scene, &link);
}

/* The parameters in which filters that rewrite links keep their own marks, by host. */
static const struct {
    const char *host, *names;
} wrappers[] = {
    { "safelinks.protection.outlook.com", "data|sdata" },
    { "urldefense.proofpoint.com", "k|c|r|m|s|e" },
    { "linkprotect.cudasvc.com", "c|typo" },
    { "protect-us.mimecast.com", "domain" },
};

/* The value of the parameter that the secret stands in, and the parameter's name. */
static bool find_parameter(const struct suppress_scene *scene, const struct link *link,
                           struct suppress_noise *noise, struct slice *name)
{
    suppress_run(scene, link->rest_from, link->to, "?&;" URL_ENDS, noise);
    struct slice parameter = suppress_text(scene, noise->from, noise->to);
    size_t equals = slice_find_byte(parameter, 0, '=');
    if (equals == SLICE_NONE || noise->from + equals >= scene->from)
        return false;
    noise->from += equals + 1;
    *name = slice_sub(parameter, 0, equals);
    return true;
}

static bool finds_wrapped_link(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    struct link link;
    struct slice name;
    if (!find_link(scene, &link) || !find_parameter(scene, &link, noise, &name))
        return false;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (slice_ends_with_nocase(link.host, wrappers[i].host))
            return suppress_is_listed(name, wrappers[i].names);
    return false;
}

/* The parameters in which mailings say who reads which campaign; other parameters of the same link are another matter. */
static bool finds_campaign_mark(const struct suppress_scene *scene, struct suppress_noise *noise)
{
    static const char names[] =
        "utm_*|mkt_tok|mc_eid|mc_cid|_hsenc|gclid|fbclid|msclkid|midToken|midSig|trk*|vero_id|"
        "tracking_token|trackingToken|track_token|click_token|clickToken|open_token|subscriber_token|"
        "unsubscribe_token|unsubscribeToken|unsub_token|unsubToken|optout_token|optOutToken|campaign_token";
    struct link link;
    struct slice name;
    noise->is_solid = true; /* the parameter's whole name was read */
    return find_link(scene, &link) && find_parameter(scene, &link, noise, &name) &&
           suppress_is_listed(name, names);
}

const struct suppressor suppressors_link[] = {
    { .name = "unsubscribe",
      .silences = "what stands in a link to unsubscribe, unless the link also opens something",
      .reason = "it takes a recipient off a list",
      .families = "jwt",
      .finds = finds_unsubscribe },
    { .name = "tracking",
      .silences = "what stands in links that count clicks and in pictures of one pixel, unless they also "
                  "open something",
      .reason = "it tells a sender who read what",
      .finds = finds_tracking },
    { .name = "campaign-mark",
      .silences = "parameters of links that name a reader or a campaign: utm_…, mkt_tok, gclid, midToken, "
                  "unsubscribe_token …",
      .reason = "it tells a sender who read what",
      .finds = finds_campaign_mark },
    { .name = "wrapped-link",
      .silences =
          "the marks that Safe Links, Proofpoint and others add to a link; the link inside is looked at",
      .reason = "a filter's own signature of the link",
      .finds = finds_wrapped_link },
    { .name = NULL },
};
