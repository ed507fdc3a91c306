# Reference values for gongping-uncertainty, made with R, `survey` (Lumley) and `csranks` (Wilhelm, Morgen).
#   Rscript make.R > reference.json
# R 4.2.2, survey 4.1.1 (Debian r-cran-survey), csranks 1.2.2.9001 (commit bd4f755), jsonlite for the output.
suppressMessages({library(survey); library(csranks); library(jsonlite)})
options(survey.lonely.psu = "fail")

quantiles <- list(
  normal = lapply(c(0.4, 0.1, 0.025, 0.005, 1e-4, 1e-7), function(p) list(tail = p, value = qnorm(p, lower.tail = FALSE))),
  student = lapply(list(c(0.025, 1), c(0.025, 2), c(0.025, 5), c(0.005, 27), c(0.05, 87), c(0.025, 1500), c(1e-5, 9)),
                   function(p) list(tail = p[1], freedom = p[2], value = qt(p[1], p[2], lower.tail = FALSE))))

# One item in each stratum; counts by grade of values 0.9, 0.8, 0.7, 0.5 and answers left open.
values <- c(90, 80, 70, 50)
one_item <- function(counts, blank, people, weight) {
  d <- do.call(rbind, lapply(seq_along(counts), function(g) {
    y <- c(rep(values, counts[[g]]), rep(NA, blank[g]))
    data.frame(group = g, y = y, people = if (is.null(people)) NA else people[g])
  }))
  d$answered <- !is.na(d$y)
  d$y[!d$answered] <- 0
  design <- if (is.null(people)) svydesign(ids = ~1, strata = ~group, weights = ~1, data = d)
            else svydesign(ids = ~1, strata = ~group, fpc = ~people, data = d)
  by_group <- svyby(~y, ~group, subset(design, answered), svymean)
  est <- sum(weight * coef(by_group)); se <- sqrt(sum((weight * SE(by_group))^2))
  df <- degf(design); half <- qt(0.975, df) * se
  list(counts = counts, blank = blank, people = people, weight = weight,
       value = est, error = se, freedom = df, low = est - half, high = est + half)
}
survey_cases <- list(
  one_item(list(c(12, 30, 9, 4)), 0, NULL, 1),
  one_item(list(c(12, 30, 9, 4)), 0, 80, 1),
  one_item(list(c(12, 30, 9, 4), c(3, 5, 8, 2), c(40, 11, 0, 7)), c(0, 0, 0), c(300, 60, 58), c(1/3, 1/3, 1/3)),
  one_item(list(c(12, 30, 9, 4), c(3, 5, 8, 2), c(40, 11, 0, 7)), c(5, 2, 0), c(300, 60, 900), c(0.5, 0.2, 0.3)),
  one_item(list(c(0, 2, 0, 1), c(1, 0, 1, 0)), c(1, 3), NULL, c(0.6, 0.4)))

# Two items answered by the same people: the true joint answers, which boxes do not tell.
joint <- function(y1, y2, people) {
  d <- data.frame(s = (y1 + y2) / 2, people = people)
  m <- svymean(~s, svydesign(ids = ~1, fpc = ~people, data = d))
  count <- function(y) as.integer(table(factor(y, levels = values)))
  list(counts = list(count(y1), count(y2)), people = people, value = unname(coef(m)[1]), error = as.numeric(SE(m)))
}
set.seed(2007)
a <- sample(values, 60, TRUE, c(.3, .4, .2, .1)); b <- sample(values, 60, TRUE, c(.1, .4, .3, .2))
joint_cases <- list(alike = joint(a, a, 200), free = joint(a, b, 200), sorted = joint(sort(a), sort(a), 200))

# The least and the greatest end of each set over five seeds: what draws leave open.
places <- function(x, s) {
  set <- function(simul, stepdown) {
    runs <- lapply(1:5, function(seed) csranks(x, diag(s^2), coverage = 0.95, cstype = "two-sided", R = 10000,
                                               stepdown = stepdown, simul = simul, seed = seed))
    over <- function(end, of) as.integer(Reduce(of, lapply(runs, function(r) r[[end]])))
    list(best = list(over("L", pmin), over("L", pmax)), worst = list(over("U", pmin), over("U", pmax)))
  }
  list(value = x, error = s, together_one_step = set(TRUE, FALSE), together = set(TRUE, TRUE), alone = set(FALSE, FALSE))
}
set.seed(42)
rank_cases <- list(
  places(c(90, 85, 84, 70, 60), c(1, 1, 1, 1, 1)),
  places(c(88.1, 87.9, 86.5, 82.0, 81.8, 79.9, 75.0, 74.2), c(1.2, 0.4, 0.9, 1.5, 0.6, 0.8, 2.0, 0.5)),
  places(round(75 + 6 * rnorm(20), 2), round(runif(20, 0.4, 2.2), 2)),
  places(round(75 + 8 * rnorm(12), 2), round(runif(12, 0.4, 3), 2)))
cat(toJSON(list(quantiles = quantiles, survey = survey_cases, joint = joint_cases, places = rank_cases),
           auto_unbox = TRUE, digits = NA, null = "null", pretty = FALSE))
