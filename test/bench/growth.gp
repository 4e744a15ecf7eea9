# The curves of growth.  The file "data" has a line a size: the number of
# sessions, microseconds in one query and over a connection, bytes of table and
# of indexes a session, WAL bytes of an active and of a renewed one, HOT share.
set terminal svg size 960,320 font "sans-serif,12" background rgb "white"
set output output
set logscale x 10
set format x "10^{%T}"
set mxtics 1
set xlabel "sessions"
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set style data linespoints
set multiplot layout 1,3
set title "a validation, µs"
set key at graph 0.98, graph 0.62
set yrange [0:*]
plot data using 1:3 title "over a connection" pt 7 lc rgb "#336791", \
    data using 1:2 title "in one query" pt 5 lc rgb "#b4622d"
set title "room, bytes a session"
set key at graph 0.98, graph 0.76
plot data using 1:4 title "table" pt 7 lc rgb "#336791", \
    data using 1:5 title "indexes" pt 5 lc rgb "#b4622d"
set title "WAL, bytes a validation"
set key at graph 0.5, graph 0.96
plot data using 1:7 title "renewed" pt 7 lc rgb "#336791", \
    data using 1:6 title "active" pt 5 lc rgb "#b4622d"
unset multiplot
