/* html.c - the HTML report: a first screen, lists, and a table of findings that can be filtered, sorted, grouped and judged. */
#include "report/html.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <time.h>

#include "report/text.h"

#define PIECE_MAX ((size_t)32 * 1024 * 1024)
#define LARGE 100000 /* findings */

static struct html_state *html_of(struct report *report)
{
    return report->state;
}

static int html_begin(struct report *report, const struct report_run *run)
{
    struct html_state *state = calloc(1, sizeof *state);
    (void)run;
    if (!state)
        abort();
    report->state = state;
    state->report = report;
    buffer_init(&state->piece, PIECE_MAX);
    return told_begin(&state->told, report);
}

static void html_finding(struct report *report, const struct report_finding *finding)
{
    told_finding(&html_of(report)->told, report, finding);
}

static void html_gap(struct report *report, const struct report_gap *gap)
{
    told_gap(&html_of(report)->told, report, gap);
}

/* 'sha256-…' of an inline element's text, for the policy. */
static void put_hash(struct html_state *state, const unsigned char *from, const unsigned char *end)
{
    unsigned char digest[EVP_MAX_MD_SIZE], words[64];
    unsigned len = 0;
    EVP_Digest(from, (size_t)(end - from), digest, &len, EVP_sha256(), NULL);
    EVP_EncodeBlock(words, digest, (int)len);
    report_printf(state->report, "'sha256-%s'", (const char *)words);
}

static void put_head(struct html_state *state, const struct report_summary *summary)
{
    html_put(state, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src ");
    put_hash(state, html_script, html_script_end);
    html_put(state, "; style-src ");
    put_hash(state, html_style, html_style_end);
    html_put(state, "; base-uri 'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<meta name=\"robots\" content=\"noindex\">\n");
    report_printf(state->report, "<title>mailspill: %llu secrets in mail</title>\n<style>",
                  (unsigned long long)summary->secrets);
    report_write(state->report, slice_of(html_style, (size_t)(html_style_end - html_style)));
    html_put(state, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
}

static void put_banner(struct html_state *state)
{
    char now[24] = "";
    json_time(time(NULL), now);
    html_put(state, "<header>\n<h1>Secrets in mail</h1>\n<p>");
    if (state->told.is_own) {
        html_put(state, "One scan");
    } else {
        html_put(state, "The case <code>");
        html_put_text(state, slice_str(case_folder(state->told.store)), 200);
        html_put(state, "</code>");
    }
    report_printf(state->report, ", told <time datetime=\"%s\">%.10s %.5s UTC</time> by mailspill %s. ", now,
                  now, now + 11, state->report->run->version);
    html_put(state, state->has_people ? "This page names people: give it only to those who must see them."
                                      : "People are left out of this page.");
    html_put(state,
             " No secret stands in it.</p>\n<nav aria-label=\"Parts of the report\"><ul>"
             "<li><a href=\"#complete\">How complete</a></li><li><a href=\"#whose\">Whose mail</a></li>"
             "<li><a href=\"#kinds\">Kinds</a></li><li><a href=\"#when\">When</a></li>"
             "<li><a href=\"#who\">Who to whom</a></li><li><a href=\"#lists\">Lists</a></li>"
             "<li><a href=\"#findings\">Findings</a></li></ul></nav>\n</header>\n"
             "<main id=\"main\" tabindex=\"-1\">\n");
}

static void put_end(struct html_state *state)
{
    html_put(state,
             "</main>\n<footer><p>Made by mailspill. A secret that was mailed is known to all who could read "
             "the mailbox, until it is rotated.</p></footer>\n<script>");
    report_write(state->report, slice_of(html_script, (size_t)(html_script_end - html_script)));
    html_put(state, "</script>\n</body>\n</html>\n");
}

static void html_end(struct report *report, const struct report_summary *summary)
{
    struct html_state *state = html_of(report);
    if (told_end(&state->told, report) < 0)
        return;
    state->has_people = !lists_withhold_people(state->told.lists);
    state->has_access = told_number(&state->told, "SELECT count(*) FROM access_logs") > 0;
    state->is_large = told_number(&state->told, "SELECT count(*) FROM findings") > LARGE;
    if (html_make_tables(state) < 0)
        return;
    put_head(state, summary);
    put_banner(state);
    html_put_first(state, summary);
    html_put_lists(state);
    html_put_rows(state);
    put_end(state);
}

static void html_release(struct report *report)
{
    struct html_state *state = html_of(report);
    if (!state)
        return;
    told_release(&state->told);
    buffer_release(&state->piece);
    free(state);
}

const struct reporter reporter_html = {
    .name = "html",
    .title = "one page that needs no network: lists, and findings to filter, sort and judge",
    .is_of_lists = true,
    .begin = html_begin,
    .finding = html_finding,
    .gap = html_gap,
    .end = html_end,
    .release = html_release,
};
