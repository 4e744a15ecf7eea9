# Where the time of a validation goes.  The files "wire" and "node" have a line
# a variant, from the fastest on: its name and its microseconds.
set terminal svg noenhanced size 960,280 font "sans-serif,12" background rgb "white"
set output output
set style fill solid
set border 2
set tics nomirror
set xrange [0:*]
set offsets 0, graph 0.12, 0.3, 0.3
unset xtics
unset key
set multiplot layout 1,2
set title "a validation over a connection, µs"
plot wire using 2:0:(0):2:(-0.3+$0):(0.3+$0):ytic(1) with boxxyerror lc rgb "#336791", \
    wire using 2:0:2 with labels left offset 0.5,0
set title "a validation from Node, µs"
plot node using 2:0:(0):2:(-0.3+$0):(0.3+$0):ytic(1) with boxxyerror lc rgb "#b4622d", \
    node using 2:0:2 with labels left offset 0.5,0
unset multiplot
